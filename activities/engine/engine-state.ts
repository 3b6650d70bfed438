import type Docker from 'dockerode';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Inspected, InspectedImage } from '../../domain/drift/readout.ts';
import { callEngineWithin, isGone } from './engine-error.ts';

const callMs = 10_000;
const atOnce = 8;

/** What the Engine has, of this project and beside it. */
export interface EngineState {
  /** All containers of the host, as listed. */
  listed: readonly Docker.ContainerInfo[];
  /** Those of the project but one-off runs, inspected. */
  containers: readonly Inspected[];
  networks: readonly { Id: string; Name: string; Labels: Record<string, string> | null }[];
  volumes: readonly { Name: string; Labels: Record<string, string> | null }[];
  /** By id, and by each reference. */
  images: ReadonlyMap<string, InspectedImage | null>;
}

/** @param references images of the file */
export async function readEngine(
  docker: Docker,
  project: string,
  references: readonly string[],
): Promise<EngineState> {
  const ask = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(callMs, what, work);
  const limit = pLimit(atOnce);
  const [listed, networks, volumes] = await Promise.all([
    ask('list', () => docker.listContainers({ all: true })),
    ask('networks', () => docker.listNetworks()),
    ask('volumes', () => docker.listVolumes()),
  ]);
  const own = listed.filter(
    ({ Labels }) =>
      Labels['com.docker.compose.project'] === project &&
      Labels['com.docker.compose.oneoff'] !== 'True',
  );
  const containers = await inspectAll(
    docker,
    own.map(({ Id }) => Id),
    limit,
  );
  const names = new Set([...references, ...containers.map(({ Image }) => Image)]);
  const images = await Promise.all(
    [...names].map(async (name) => [name, await limit(() => inspectImage(docker, name))] as const),
  );
  return {
    listed,
    containers,
    networks: networks.map(({ Id, Name, Labels = null }) => ({ Id, Name, Labels })),
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ Name, Labels })),
    images: new Map(images),
  };
}

/** Inspects these containers; one that was removed meanwhile is left out. @throws EngineError */
export async function inspectAll(
  docker: Docker,
  ids: readonly string[],
  limit: LimitFunction,
): Promise<Inspected[]> {
  const found = await Promise.all(
    ids.map((id) =>
      limit(() =>
        callEngineWithin(callMs, 'inspect', () => docker.getContainer(id).inspect()).catch(
          (error: unknown) => {
            if (isGone(error)) return null;
            throw error;
          },
        ),
      ),
    ),
  );
  return found.filter((one) => one !== null) as unknown as Inspected[];
}

/** Inspects an image by its id or a reference, within `ms`; null if there is none. @throws EngineError */
export async function inspectImage(
  docker: Docker,
  name: string,
  ms = callMs,
): Promise<InspectedImage | null> {
  try {
    const { Id, Config, RepoDigests } = await callEngineWithin(ms, 'image', () =>
      docker.getImage(name).inspect(),
    );
    return { Id, Config: Config as InspectedImage['Config'], RepoDigests };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

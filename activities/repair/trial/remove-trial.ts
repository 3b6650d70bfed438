import type Docker from 'dockerode';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import { callEngineWithin, isGone, EngineError } from '../../engine/engine-error.ts';
import { removeContainer } from '../../sandbox/container.ts';
import { trialLabel } from './labels.ts';

const callMs = 30_000;

/** Something that a trial made, with its labels. */
export interface Made {
  kind: 'container' | 'network' | 'volume' | 'image';
  id: string;
  labels: Record<string, string>;
}

/** Everything that trials have made, or that one trial has. Throws an EngineError. */
export async function madeByTrials(docker: Docker, id?: string): Promise<Made[]> {
  const filters = { label: [id === undefined ? trialLabel : `${trialLabel}=${id}`] };
  const list = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(callMs, what, work);
  const [containers, networks, { Volumes }, images] = await Promise.all([
    list('container list', () => docker.listContainers({ all: true, filters })),
    list('network list', () => docker.listNetworks({ filters })),
    list('volume list', () => docker.listVolumes({ filters })),
    list('image list', () => docker.listImages({ filters })),
  ]);
  const made = (kind: Made['kind'], one: string, labels?: Record<string, string> | null): Made => ({
    kind,
    id: one,
    labels: labels ?? {},
  });
  return [
    ...containers.map(({ Id, Labels }) => made('container', Id, Labels)),
    ...networks.map(({ Id, Labels }) => made('network', Id, Labels)),
    // an Engine without volumes returns null
    ...(Volumes ?? []).map(({ Name, Labels }) => made('volume', Name, Labels)),
    ...images.map(({ Id, Labels }) => made('image', Id, Labels)),
  ];
}

/** Removes what was made: containers first, as networks, volumes and images are in use by them. Throws an EngineError. */
export async function removeMade(docker: Docker, made: readonly Made[]): Promise<void> {
  const removal: Record<Made['kind'], (id: string) => Promise<unknown>> = {
    container: (id) => removeContainer(docker, id),
    network: (id) => docker.getNetwork(id).remove(),
    volume: (id) => docker.getVolume(id).remove({ force: true }),
    image: (id) => docker.getImage(id).remove({ force: true }),
  };
  for (const kinds of [['container'], ['network', 'volume', 'image']]) {
    const those = made.filter(({ kind }) => kinds.includes(kind));
    await allDone(
      those.map(async ({ kind, id }) => {
        try {
          const what = `${kind} remove`;
          await callEngineWithin(callMs, what, () => removal[kind](id));
        } catch (error) {
          if (!isGone(error) && !isParent(kind, error)) throw error;
        }
      }),
    );
  }
}

/** An image from which another image of the trial was built goes with that one. */
const isParent = (kind: Made['kind'], error: unknown): boolean =>
  kind === 'image' && error instanceof EngineError && error.kind === 'conflict';

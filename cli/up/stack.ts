import type Docker from 'dockerode';
import type { EngineCalls } from './engine.ts';
import { createCompose } from '../../activities/compose/compose.ts';
import type { UpSettings } from './settings.ts';

/** What the supervisor needs to know about the managed stack. */
export interface Stack {
  project: string;
  /** Services that only run inside windows, in the order of the file. */
  windowServices: string[];
  /** The files that this depends on, those included that do not exist. */
  watched: string[];
}

const projectLabel = 'com.docker.compose.project';

/** Reads the managed compose file and its override through Compose, as madre does. Throws if it is not valid. */
export async function readStack(
  settings: Pick<UpSettings, 'composeFile' | 'dockerSocket' | 'env'>,
): Promise<Stack> {
  const binary = settings.env['VX11_COMPOSE_BIN'];
  const compose = createCompose(settings.composeFile, binary, settings.dockerSocket);
  const { name, services } = (await compose.read()).config;
  const windowServices = Object.entries(services)
    .filter(([, service]) => (service['x-vx11']?.tier ?? 'window') === 'window')
    .map(([service]) => service);
  const { watched } = await compose.call();
  return { project: name, windowServices, watched: [...watched] };
}

/** Removes this home's guard and returns the number of containers removed. Call it only when no window is open. */
export function removeGuard(engine: EngineCalls, home: string): Promise<number> {
  return removeContainers(engine, ['vx11.role=guard', `vx11.home=${home}`], () => true);
}

/**
 * Removes what VX11's own stack leaves when it sleeps: the stopped containers of window services, then the networks that
 * no container uses. Running containers and services of other tiers stay.
 */
export async function removeLeftovers(engine: EngineCalls, stack: Stack): Promise<void> {
  const label = [`${projectLabel}=${stack.project}`];
  const { docker, ask, remove } = engine;
  await removeContainers(
    engine,
    label,
    ({ State, Labels }) =>
      State !== 'running' &&
      stack.windowServices.includes(Labels['com.docker.compose.service'] ?? ''),
  );
  const networks = await ask('listing networks', docker.listNetworks({ filters: { label } }));
  // the Engine refuses to remove a network that is in use; such a network stays
  await Promise.allSettled(
    networks.map(({ Id }) => remove('removing a network', docker.getNetwork(Id).remove())),
  );
}

async function removeContainers(
  { docker, ask, remove }: EngineCalls,
  label: string[],
  which: (container: Docker.ContainerInfo) => boolean,
): Promise<number> {
  const listing = docker.listContainers({ all: true, filters: { label } });
  const found = await ask('listing containers', listing);
  const chosen = found.filter(which);
  await Promise.all(
    chosen.map(({ Id, Names: [name = Id] }) =>
      remove(`removing ${name}`, docker.getContainer(Id).remove({ force: true, v: true })),
    ),
  );
  return chosen.length;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { UpSettings } from './settings.ts';

const composeConfig = z.object({
  name: z.string(),
  services: z.record(
    z.string(),
    z.object({ 'x-vx11': z.object({ tier: z.string().optional() }).optional() }),
  ),
});

/** What the supervisor wants to know of the managed stack. */
export interface Stack {
  project: string;
  /** Services that only run inside windows, as the file orders them. */
  windowServices: string[];
}

const projectLabel = 'com.docker.compose.project';
const configLimitMs = 30_000;

/** Asks Compose about the managed file. Throws what Compose says is wrong with it. */
export async function readStack(settings: UpSettings): Promise<Stack> {
  const [command, ...words] = settings.compose;
  const args = ['--profile', '*', '-f', settings.composeFile, 'config', '--format', 'json'];
  const { stdout } = await promisify(execFile)(command, [...words, ...args], {
    env: settings.env,
    timeout: configLimitMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { name, services } = composeConfig.parse(JSON.parse(stdout));
  const windowServices = Object.entries(services)
    .filter(([, service]) => (service['x-vx11']?.tier ?? 'window') === 'window')
    .map(([service]) => service);
  return { project: name, windowServices };
}

/** Removes the guard of this home. Only to be called when no window is open. Gives the number of containers removed. */
export function removeGuard(docker: Docker, home: string): Promise<number> {
  return removeContainers(docker, ['vx11.role=guard', `vx11.home=${home}`], () => true);
}

/**
 * Removes what VX11's own stack leaves when it sleeps: its stopped window containers, then its networks that nothing
 * is connected to. What runs, and what another tier is made of, stays.
 */
export async function removeLeftovers(docker: Docker, stack: Stack): Promise<void> {
  const label = [`${projectLabel}=${stack.project}`];
  await removeContainers(
    docker,
    label,
    ({ State, Labels }) =>
      State !== 'running' &&
      stack.windowServices.includes(Labels['com.docker.compose.service'] ?? ''),
  );
  const networks = await docker.listNetworks({ filters: { label } });
  // The Engine refuses to remove a network that is in use, and then it is not ours to remove.
  await Promise.allSettled(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
}

async function removeContainers(
  docker: Docker,
  label: string[],
  which: (container: Docker.ContainerInfo) => boolean,
): Promise<number> {
  const found = await docker.listContainers({ all: true, filters: { label } });
  const chosen = found.filter(which);
  await Promise.all(
    chosen.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
  );
  return chosen.length;
}

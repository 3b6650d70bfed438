import { hostname } from 'node:os';
import type Docker from 'dockerode';
import type { Catalog } from '../../../contracts/service.ts';
import { timeout } from '../../../platform/concurrency/timeout.ts';

const callMs = 10_000;
const projectLabel = 'com.docker.compose.project';

/** The ids of running containers that are VX11 itself. */
export interface OwnContainers {
  guard: string[];
  /** Gateway, madre and what they need; none if they are processes of this machine, or of one container. */
  parts: string[];
}

/**
 * Asks the Engine for the containers of the installation in `home`.
 * @param managed the stack that it manages, which may be the one that it runs in itself: only the core of that one is VX11
 */
export async function ownContainers(
  docker: Pick<Docker, 'listContainers'>,
  home: string,
  managed: Pick<Catalog, 'project' | 'services'> | null,
  here = hostname(),
): Promise<OwnContainers> {
  const running = (...label: string[]): Promise<Docker.ContainerInfo[]> =>
    timeout(
      callMs,
      'asking for our containers',
      docker.listContainers({ filters: { label, status: ['running'] } }),
    );
  const guards = await running('vx11.role=guard', `vx11.home=${home}`);
  return { guard: guards.map(({ Id }) => Id), parts: await parts() };

  async function parts(): Promise<string[]> {
    // the name that the Engine gives a container that has none of its own
    if (!/^[0-9a-f]{12}$/.test(here)) return [];
    const madre = (await running('vx11.role=madre')).find(({ Id }) => Id.startsWith(here));
    if (madre === undefined) return [];
    const project = madre.Labels[projectLabel];
    if (project === undefined) return [madre.Id];
    const isPart = (name: string | undefined): boolean =>
      managed?.project !== project ||
      managed.services.some((service) => service.name === name && service.tier === 'core');
    return (await running(`${projectLabel}=${project}`))
      .filter(({ Labels }) => isPart(Labels['com.docker.compose.service']))
      .map(({ Id }) => Id);
  }
}

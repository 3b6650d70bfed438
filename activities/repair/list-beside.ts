import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { callEngineWithin } from '../engine/engine-error.ts';
import { listeningIn, type ListeningSocket } from '../engine/sockets.ts';

const callMs = 10_000;

/** What the Engine has beside a stack, and what listens on its host. */
export interface ListedBeside {
  /** Also those that do not run. */
  containers: ContainerInfo[];
  networks: string[];
  volumes: string[];
  /** Those of containers too, as the Engine listens for them. */
  sockets: ListeningSocket[];
}

/** Throws an EngineError. */
export async function listBeside(docker: Docker): Promise<ListedBeside> {
  const [containers, networks, { Volumes }, sockets] = await Promise.all([
    callEngineWithin(callMs, 'container list', () => docker.listContainers({ all: true })),
    callEngineWithin(callMs, 'network list', () => docker.listNetworks()),
    callEngineWithin(callMs, 'volume list', () => docker.listVolumes()),
    listeningIn('self'),
  ]);
  return {
    containers,
    networks: networks.map(({ Name }) => Name),
    // an Engine without volumes returns null
    volumes: ((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name),
    sockets: sockets ?? [],
  };
}

/** The name of a container, without the slash before it. */
export const nameOf = ({ Names }: ContainerInfo): string => (Names[0] ?? '').replace(/^\//, '');

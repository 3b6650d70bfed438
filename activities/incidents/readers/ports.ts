import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import type { PortFact } from '../../../domain/incidents/facts.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import { listeningIn } from '../../engine/sockets.ts';

const listMs = 4500;

/** A port as the compose file has it. */
export interface DeclaredPort {
  service: string;
  target: number;
  /** Null for a random one. */
  published: number | null;
  /** Null if the file names none. */
  host_ip: string | null;
}

/** A port as a container of the stack publishes it. */
export interface PublishedPort {
  service: string;
  target: number;
  published: number;
  address: string;
}

interface PortSources {
  docker: Docker;
  project: () => string;
  declared: () => readonly DeclaredPort[];
  isAsleep: (service: string) => boolean;
}

/** Compares published ports with the file, and the ports of sleeping services with what listens on this machine. */
export const readPorts = (sources: () => Promise<PortSources>) => async (): Promise<PortFact> => {
  const { docker, project, declared, isAsleep } = await sources();
  const label = [`com.docker.compose.project=${project()}`];
  const containers = await callEngineWithin(listMs, 'list', () =>
    docker.listContainers({ filters: { label } }),
  );
  const published = containers.flatMap(({ Labels, Ports }) =>
    Ports.flatMap((port): PublishedPort[] =>
      port.PublicPort === undefined || port.Type !== 'tcp'
        ? []
        : [
            {
              service: Labels['com.docker.compose.service'] ?? '',
              target: port.PrivatePort,
              published: port.PublicPort,
              address: port.IP,
            },
          ],
    ),
  );
  // in a container this process sees its own sockets only
  const sockets = existsSync('/.dockerenv') ? null : await listeningIn('self');
  const listening = new Set((sockets ?? []).map(({ port }) => port));
  return portFact(declared(), published, { isAsleep, listening });
};

const isLocal = (address: string): boolean => address.startsWith('127.') || address === '::1';
const isEverywhere = (address: string): boolean => ['', '0.0.0.0', '::'].includes(address);

export function portFact(
  declared: readonly DeclaredPort[],
  published: readonly PublishedPort[],
  {
    isAsleep,
    listening,
  }: { isAsleep: (service: string) => boolean; listening: ReadonlySet<number> },
): PortFact {
  const exposed = published
    .filter(({ address }) => isEverywhere(address))
    .flatMap(({ service, target, published: port, address }) => {
      const own = declared.filter((one) => one.service === service && one.target === target);
      const asDeclared = own.some(({ host_ip }) => host_ip === null || !isLocal(host_ip));
      return asDeclared ? [] : [{ service, port, address, declared: own[0]?.host_ip ?? null }];
    });
  const ours = new Set(published.map((one) => one.published));
  const taken = declared.flatMap(({ service, published: port }) =>
    port !== null && isAsleep(service) && listening.has(port) && !ours.has(port)
      ? [{ service, port }]
      : [],
  );
  // a port is published for IPv4 and IPv6 alike
  return { exposed: unique(exposed), taken: unique(taken) };
}

const unique = <T extends { port: number }>(ports: readonly T[]): T[] => [
  ...new Map(ports.map((one) => [one.port, one])).values(),
];

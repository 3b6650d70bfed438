import type { StackModel } from './isolation/isolate.ts';
import type { ComposeService } from './capture.ts';

/** What the Engine has beside the stack. */
export interface Beside {
  containers: {
    id: string;
    name: string;
    /** The Compose project and service that it belongs to; empty if none. */
    project: string;
    service: string;
  }[];
  /** Ports of the host: of containers, and of everything else that listens. */
  ports: { address: string; port: number; project: string }[];
  networks: string[];
  volumes: string[];
}

/** Why services could not be started on the host itself, in the words of the Engine and of Compose. */
interface HostConflicts {
  /** Compose would start nothing of the stack. */
  whole: string | null;
  services: Map<string, string>;
}

/**
 * Finds what a copy does not show, as it has no ports of the host, no container names and no networks or volumes of others:
 * whether the Engine would start the same services as they are.
 * @param project the project of the stack itself, whose own containers are in nobody's way
 * @param order the services, in the order of their start
 */
export function hostConflicts(
  { services, networks = {}, volumes = {} }: StackModel,
  beside: Beside,
  { project, order }: { project: string; order: readonly string[] },
): HostConflicts {
  const found = new Map<string, string>();
  const held = beside.ports.filter((one) => one.project !== project);
  for (const name of order) {
    const service = services[name] ?? {};
    const published = publishedBy(service);
    const clash = published.find((one) => held.some((other) => meets(one, other)));
    const twin = takenName(name, service, beside, project);
    if (clash !== undefined) {
      const { address, port } = clash;
      found.set(name, `Bind for ${address}:${port} failed: port is already allocated`);
    } else if (twin !== null) found.set(name, twin);
    else held.push(...published.map((one) => ({ ...one, project })));
  }
  const used = Object.values(services);
  const whole =
    absent(
      networks,
      namesUsed(used, 'networks'),
      beside.networks,
      (one) => `network ${one} declared as external, but could not be found`,
    ) ??
    absent(
      volumes,
      namesUsed(used, 'volumes'),
      beside.volumes,
      (one) => `external volume "${one}" not found`,
    );
  return { whole, services: found };
}

interface Published {
  address: string;
  port: number;
}

function publishedBy({ ports }: ComposeService): Published[] {
  const list = (ports ?? []) as { host_ip?: string; published?: unknown; protocol?: string }[];
  return list.flatMap(({ host_ip = '0.0.0.0', published, protocol = 'tcp' }) =>
    // a range leaves the choice to the Engine
    /^\d+$/.test(String(published)) && protocol === 'tcp'
      ? [{ address: host_ip, port: Number(published) }]
      : [],
  );
}

const isAny = (address: string): boolean => /^(?:0\.0\.0\.0|::)?$/.test(address);
const meets = (one: Published, other: Published): boolean =>
  one.port === other.port &&
  (isAny(one.address) || isAny(other.address) || one.address === other.address);

function takenName(
  service: string,
  { container_name }: ComposeService,
  { containers }: Beside,
  project: string,
): string | null {
  const holder = containers.find(({ name }) => name === container_name);
  const isOwn = holder?.project === project && holder.service === service;
  return holder === undefined || isOwn
    ? null
    : `Conflict. The container name "/${holder.name}" is already in use by container "${holder.id}".`;
}

/** The networks or volumes of a stack that its services use, by their keys. */
function namesUsed(services: readonly ComposeService[], kind: 'networks' | 'volumes'): Set<string> {
  return new Set(
    services.flatMap((service) =>
      kind === 'networks'
        ? Object.keys(service[kind] ?? {})
        : ((service[kind] ?? []) as { type?: string; source?: string }[]).flatMap(
            ({ type, source }) => (type === 'volume' && source !== undefined ? [source] : []),
          ),
    ),
  );
}

function absent(
  declared: Record<string, Record<string, unknown> | null>,
  used: ReadonlySet<string>,
  there: readonly string[],
  words: (name: string) => string,
): string | null {
  for (const [key, settings] of Object.entries(declared)) {
    const name = typeof settings?.['name'] === 'string' ? settings['name'] : key;
    if (used.has(key) && settings?.['external'] === true && !there.includes(name))
      return words(name);
  }
  return null;
}

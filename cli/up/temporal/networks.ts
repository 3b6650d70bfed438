import { BlockList, isIPv6 } from 'node:net';
import type Docker from 'dockerode';
import type { EngineCalls } from '../../engine.ts';

const freshMs = 1_000;

/** What the Engine is asked for, connection by connection: the part of dockerode's that this needs. */
export interface EngineLists {
  listNetworks(options: Labelled): Promise<Docker.NetworkInspectInfo[]>;
  listContainers(options: Labelled): Promise<Docker.ContainerInfo[]>;
}
interface Labelled {
  filters: { label: string[] };
}

/**
 * The address of the host's side of Docker's default bridge: what containers know as `host.docker.internal`. An
 * Engine that never ran a container on that bridge does not name it, and then it is the subnet's first address.
 */
export async function bridgeAddress({ docker, ask }: EngineCalls): Promise<string> {
  const network = await ask('asking for its bridge', docker.getNetwork('bridge').inspect());
  const config = network.IPAM?.Config?.[0];
  const address = config?.Gateway ?? config?.Subnet?.replace(/\.0\/\d+$/, '.1');
  if (!address) throw new Error('Docker has no default bridge');
  return address;
}

/** Which callers of the relay are let in, by their IP address. */
export type Admission = (ip: string) => Promise<boolean>;

/**
 * Admits addresses that lie in a network of the compose project. The Engine is asked at most once a second; while it is
 * away, what it said last holds.
 */
export const projectAdmission = (docker: EngineLists, project: string): Admission =>
  admission(async () => {
    const networks = await docker.listNetworks({ filters: { label: [label(project)] } });
    const subnets = networks.flatMap(
      ({ IPAM }) => IPAM?.Config?.flatMap(({ Subnet }) => Subnet ?? []) ?? [],
    );
    const list = new BlockList();
    for (const subnet of subnets) addSubnet(list, subnet);
    return list;
  });

/** Admits the addresses of the running containers of one service of the compose project, and no other container. */
export const serviceAdmission = (
  docker: EngineLists,
  project: string,
  service: string,
): Admission =>
  admission(async () => {
    const containers = await docker.listContainers({
      filters: { label: [label(project), `com.docker.compose.service=${service}`] },
    });
    const list = new BlockList();
    for (const { NetworkSettings } of containers) {
      for (const network of Object.values(NetworkSettings.Networks)) {
        if (network.IPAddress) list.addAddress(network.IPAddress);
        if (network.GlobalIPv6Address) list.addAddress(network.GlobalIPv6Address, 'ipv6');
      }
    }
    return list;
  });

const label = (project: string): string => `com.docker.compose.project=${project}`;

function admission(ask: () => Promise<BlockList>): Admission {
  let list = new BlockList();
  let readAt = 0;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    list = await ask();
    readAt = Date.now();
  };
  return async (ip) => {
    if (Date.now() - readAt >= freshMs) {
      reading ??= read().finally(() => (reading = undefined));
      await reading.catch(() => undefined);
    }
    return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
  };
}

function addSubnet(list: BlockList, subnet: string) {
  const [network, prefix] = subnet.split('/');
  if (network && prefix) list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
}

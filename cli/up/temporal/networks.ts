import { BlockList, isIPv6 } from 'node:net';
import type Docker from 'dockerode';
import type { EngineCalls } from '../engine.ts';

const freshMs = 1_000;

/** The part of dockerode's interface that admission needs. */
export interface EngineLists {
  listNetworks(options: Labelled): Promise<Docker.NetworkInspectInfo[]>;
  listContainers(options: Labelled): Promise<Docker.ContainerInfo[]>;
}
interface Labelled {
  filters: { label: string[] };
}

/**
 * Returns the host's address on Docker's default bridge, which containers know as `host.docker.internal`. An Engine that
 * has never run a container on that bridge does not report it; then it is the subnet's first address.
 */
export async function bridgeAddress({ docker, ask }: EngineCalls): Promise<string> {
  const network = await ask('asking for its bridge', docker.getNetwork('bridge').inspect());
  const config = network.IPAM?.Config?.[0];
  const address = config?.Gateway ?? config?.Subnet?.replace(/\.0\/\d+$/, '.1');
  if (!address) throw new Error('the Docker Engine has no default bridge network');
  return address;
}

/** Decides by IP address whether the relay accepts a connection. */
export type Admission = (ip: string) => Promise<boolean>;

/**
 * Admits addresses in the networks of the compose project. The Engine is asked at most once a second; while it does not
 * answer, its last answer counts.
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

/** Admits only the addresses of the running containers of one service of the compose project. */
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

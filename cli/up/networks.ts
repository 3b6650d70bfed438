import { BlockList, isIPv6 } from 'node:net';
import type Docker from 'dockerode';

const freshMs = 1_000;

/**
 * The address of the host's side of Docker's default bridge: what containers know as `host.docker.internal`. An
 * Engine that never ran a container on that bridge does not name it, and then it is the subnet's first address.
 */
export async function bridgeAddress(docker: Docker): Promise<string> {
  const network = await docker.getNetwork('bridge').inspect();
  const config = network.IPAM?.Config?.[0];
  const address = config?.Gateway ?? config?.Subnet?.replace(/\.0\/\d+$/, '.1');
  if (!address) throw new Error('Docker has no default bridge');
  return address;
}

/**
 * Tells whether an IP address lies in a network of the compose project. The Engine is asked at most once a second;
 * while it is away, what it said last holds.
 */
export function projectAdmission(
  docker: Docker,
  project: string,
): (ip: string) => Promise<boolean> {
  let list = new BlockList();
  let readAt = 0;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    const subnets = await projectSubnets(docker, project);
    list = new BlockList();
    for (const subnet of subnets) addSubnet(list, subnet);
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

async function projectSubnets(docker: Docker, project: string): Promise<string[]> {
  const networks = await docker.listNetworks({
    filters: { label: [`com.docker.compose.project=${project}`] },
  });
  return networks.flatMap(({ IPAM }) => IPAM?.Config?.flatMap(({ Subnet }) => Subnet ?? []) ?? []);
}

function addSubnet(list: BlockList, subnet: string) {
  const [network, prefix] = subnet.split('/');
  if (network && prefix) list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
}

import { listOf, mapOf, setOnly, textOf, type Aspect, type Leaves } from './aspect.ts';
import { keyOf } from './networks.ts';

/** A setting of a container's place on a network, and no network. */
export const isEndpointSetting = (path: string): boolean =>
  /^networks\..*\.(ipv4_address|ipv6_address|link_local_ips|driver_opts\..*)$/s.test(path);

/** Addresses on networks, and options of their drivers. */
export const endpoints: Aspect = {
  compares: [
    'networks.*.ipv4_address',
    'networks.*.ipv6_address',
    'networks.*.link_local_ips[]',
    'networks.*.driver_opts.**',
  ],
  expected: ({ declared }) =>
    Object.assign(
      {},
      ...Object.entries(mapOf(declared['networks'])).map(([key, network]) => {
        const own = mapOf(network);
        const ips = [own['ipv4_address'], own['ipv6_address'], own['link_local_ips']] as const;
        return leavesOf(key, ips, own['driver_opts']);
      }),
    ) as Leaves,
  actual: (pair) =>
    Object.assign(
      {},
      ...Object.entries(pair.container.NetworkSettings.Networks ?? {})
        .map(([name, own]) => [keyOf(pair, name), own] as const)
        .filter(([key]) => key in mapOf(pair.declared['networks']))
        .map(([key, own]) => {
          const { IPv4Address, IPv6Address, LinkLocalIPs } = mapOf(own?.IPAMConfig);
          return leavesOf(key, [IPv4Address, IPv6Address, LinkLocalIPs], own?.DriverOpts);
        }),
    ) as Leaves,
};

const leavesOf = (
  key: string,
  [ipv4, ipv6, local]: readonly [unknown, unknown, unknown],
  options: unknown,
): Leaves =>
  setOnly({
    [`networks.${key}.ipv4_address`]: textOf(ipv4),
    [`networks.${key}.ipv6_address`]: textOf(ipv6),
    [`networks.${key}.link_local_ips`]: listOf(local).map(textOf).toSorted().join(', '),
    ...Object.fromEntries(
      Object.entries(mapOf(options)).map(([name, value]) => [
        `networks.${key}.driver_opts.${name}`,
        textOf(value),
      ]),
    ),
  });

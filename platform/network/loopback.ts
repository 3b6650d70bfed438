import { BlockList, isIP } from 'node:net';

const addresses = new BlockList();
addresses.addSubnet('127.0.0.0', 8);
addresses.addAddress('::1', 'ipv6');

/**
 * Returns whether a host, as written in a URL or a setting, is a loopback address; IPv6 with or without brackets. Uses Node
 * only, since the supervisor loads no package.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.toLowerCase() === 'localhost') return true;
  const version = isIP(bare);
  return version !== 0 && addresses.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

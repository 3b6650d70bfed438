import { BlockList, isIP } from 'node:net';

const addresses = new BlockList();
addresses.addSubnet('127.0.0.0', 8);
addresses.addAddress('::1', 'ipv6');

/**
 * Whether a host, as a URL or a setting names it, is this machine's loopback; IPv6 with or without brackets. Of Node alone,
 * since the supervisor loads no package.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.toLowerCase() === 'localhost') return true;
  const version = isIP(bare);
  return version !== 0 && addresses.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

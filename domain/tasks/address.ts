/** The numeric value of an IPv4 address in dotted form; null for anything else. */
function v4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The eight groups of an IPv6 address without a zone; null for anything else. */
function v6(text: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const inner = tail === null ? null : v4(tail[2]!);
  if (tail !== null && inner === null) return null;
  const plain =
    tail === null
      ? text
      : `${tail[1]}${Math.floor(inner! / 65_536).toString(16)}:${(inner! % 65_536).toString(16)}`;
  const [left = '', right, more] = plain.split('::');
  if (more !== undefined) return null;
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(left), groups(right ?? '')];
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.map((group) => Number.parseInt(group, 16));
}

const inRange = (address: number, network: string, bits: number): boolean =>
  Math.floor(address / 2 ** (32 - bits)) === Math.floor(v4(network)! / 2 ** (32 - bits));

/** The address blocks that are not on the public Internet: RFC 6890 and its updates. */
const special: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const isPublicV4 = (address: number): boolean =>
  !special.some(([network, bits]) => inRange(address, network, bits));

/**
 * Whether an IP address, as returned by a resolver, is on the public Internet. Text that is not an address is not public.
 * An IPv6 address that embeds an IPv4 address is public if the embedded one is.
 */
export function isPublicAddress(text: string): boolean {
  const plain = v4(text);
  if (plain !== null) return isPublicV4(plain);
  const groups = v6(text);
  if (groups === null) return false;
  const embedded = (high: number, low: number): boolean => isPublicV4(high * 65_536 + low);
  const [first, second] = groups as [number, number];
  const zeros = (from: number, to: number): boolean =>
    groups.slice(from, to).every((group) => group === 0);
  // mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16)
  if (zeros(0, 5) && groups[5] === 0xffff) return embedded(groups[6]!, groups[7]!);
  if (first === 0x64 && second === 0xff9b && zeros(2, 6)) return embedded(groups[6]!, groups[7]!);
  if (first === 0x2002) return embedded(second, groups[2]!);
  // global unicast is 2000::/3, without its documentation, Teredo and benchmarking blocks
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return !(first === 0x3fff && second < 0x1000);
}

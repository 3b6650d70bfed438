import { BlockList, isIP } from 'node:net';

/** What is not the public internet: this host, private and carrier networks, link-local with its metadata, and so on. */
const special4 = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
  192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`;
/** Of the one block that is given out, what carries an IPv4 address inside or is for documentation. */
const special6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';
const given6 = '2000::/3';

const listOf = (ranges: string, family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges.split(/\s+/)) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
};
const closed4 = listOf(special4, 'ipv4');
const closed6 = listOf(special6, 'ipv6');
const open6 = listOf(given6, 'ipv6');

/** Whether an address is one of the public internet (IANA's special-purpose registries). False for what is none. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closed4.check(address, 'ipv4');
    case 6:
      return open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
    default:
      return false;
  }
}

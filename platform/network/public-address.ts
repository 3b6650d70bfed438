import ipaddr from 'ipaddr.js';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Returns whether an IP address, as returned by a resolver, belongs to the public Internet (RFC 6890 and its updates). False
 * for text that is not an address. An IPv6 address that embeds an IPv4 address counts as that one.
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return isUnicast(ipaddr.IPv4.parse(text));
  // an address with a zone is local to an interface of this machine
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.IPv6.parse(text);
  const range = address.range();
  const bytes = address.toByteArray();
  if (range === 'ipv4Mapped') return isUnicast(address.toIPv4Address());
  if (range === '6to4') return isUnicast(ipaddr.fromByteArray(bytes.slice(2, 6)));
  // NAT64's well-known prefix; the local-use one, 64:ff9b:1::/48, is not part of the Internet
  if (range === 'rfc6052' && bytes.slice(4, 12).every((byte) => byte === 0)) {
    return isUnicast(ipaddr.fromByteArray(bytes.slice(12)));
  }
  return range === 'unicast' && address.match(globalUnicast);
}

const isUnicast = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean => address.range() === 'unicast';

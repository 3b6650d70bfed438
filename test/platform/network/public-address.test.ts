import { expect, test } from 'vitest';
import { isPublicAddress } from '../../../platform/network/public-address.ts';

test.each([
  '1.1.1.1',
  '93.184.216.34',
  '172.32.0.1',
  '2606:4700::1111',
  '2a00:1450:4001:81b::200e',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '100.100.100.200',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::a00:1',
  '2002:7f00:1::',
  'fe80::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  'fe80::1%eth0',
  '1.2.3',
  '256.1.1.1',
  'localhost',
  '1::2::3',
  '010.1.1.1',
  '2606:4700::1111%eth0',
  '64:ff9b:1::101:101',
  '4000::1',
  '',
])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

test('an IPv6 address that embeds a public IPv4 address is public', () => {
  expect(isPublicAddress('::ffff:1.1.1.1')).toBe(true);
  expect(isPublicAddress('64:ff9b::101:101')).toBe(true);
});

import { expect, test } from 'vitest';
import { readGatewayEnvironment } from '../../../gateway/config.ts';

const wakeOf = (change: Record<string, string>) =>
  readGatewayEnvironment({
    VX11_HOST: 'box',
    VX11_HOME: '/nowhere',
    VX11_STORE_URL: 'sqlite:/nowhere/vx11.db',
    VX11_INTERNAL_KEY: 'an-internal-key-of-32-characters',
    ...change,
  }).wake;

test.each<Record<string, string>>([{}, { VX11_WAKE: '' }, { VX11_WAKE: 'off' }])(
  'requests wake nothing with %j',
  (change) => {
    expect(wakeOf(change)).toBeNull();
  },
);

test('an address switches it on, on that address only, with its own limit and no other host name', () => {
  expect(wakeOf({ VX11_WAKE: '127.0.0.1:10000', VX11_ALLOWED_HOSTS: 'box' })).toEqual({
    bind: '127.0.0.1',
    port: 10_000,
    hosts: [],
    secret: null,
    perAddress: 600_000,
  });
});

test('host names, a path secret and a rate can be set', () => {
  const change = {
    VX11_WAKE: '[::1]:1',
    VX11_WAKE_HOSTS: 'Sablier, vx11',
    VX11_WAKE_KEY: 'sixteen-letters_',
    VX11_RATE_WAKE_PER_ADDRESS: '60',
  };
  expect(wakeOf(change)).toEqual({
    bind: '::1',
    port: 1,
    hosts: ['sablier', 'vx11'],
    secret: 'sixteen-letters_',
    perAddress: 60,
  });
});

test.each([
  ['VX11_WAKE', '10000', 'host:port'],
  ['VX11_WAKE', '127.0.0.1:99999', 'host:port'],
  ['VX11_WAKE', 'on', 'host:port'],
  ['VX11_WAKE_KEY', 'short', '16 to 200'],
  ['VX11_WAKE_KEY', 'with/a/slash/in/the/path', '16 to 200'],
])('%s="%s" is refused in words', (name, value, words) => {
  const read = () => wakeOf({ VX11_WAKE: '127.0.0.1:1', [name]: value });
  expect(read).toThrow(new RegExp(`${name} is .*${words}`));
});

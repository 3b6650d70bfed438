import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay } from '../../../../cli/up/temporal/relay.ts';
import { until } from '../temporary-home.ts';

/** An echo server on a free port. */
async function echo() {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function relayTo(target: { host: string; port: number }, admitted: string[]) {
  const listen = await echo().then(({ port }) => ({ host: '127.0.0.3', port }));
  const relay = await startRelay(listen, target, (ip) => Promise.resolve(admitted.includes(ip)));
  onTestFinished(() => relay.close());
  const call = (from: string) => connect({ ...listen, localAddress: from });
  return { relay, call };
}

test('an admitted address reaches the server behind the relay, and others are refused and counted', async () => {
  const { relay, call } = await relayTo(await echo(), ['127.0.0.1']);
  const admitted = call('127.0.0.1');
  admitted.end('hello');
  expect(await text(admitted)).toBe('hello');
  expect(relay.refused()).toBe(0);

  const stranger = call('127.0.0.2');
  stranger.on('error', () => undefined);
  stranger.write('hello');
  await once(stranger, 'close');
  expect(stranger.bytesRead).toBe(0);
  expect(relay.refused()).toBe(1);
});

test('a caller whose admission cannot be decided is refused', async () => {
  const target = await echo();
  const listen = await echo().then(({ port }) => ({ host: '127.0.0.3', port }));
  const relay = await startRelay(listen, target, () => Promise.reject(new Error('no Engine')));
  onTestFinished(() => relay.close());
  const socket = connect(listen);
  socket.on('error', () => undefined);
  await once(socket, 'close');
  expect(relay.refused()).toBe(1);
});

test('a connection ends if the server does not answer, and all connections end when the relay closes', async () => {
  const { call } = await relayTo({ host: '127.0.0.1', port: 1 }, ['127.0.0.1']);
  const lost = call('127.0.0.1');
  lost.on('error', () => undefined);
  await once(lost, 'close');

  const second = await relayTo(await echo(), ['127.0.0.1']);
  const open = second.call('127.0.0.1');
  open.on('error', () => undefined);
  open.write('x');
  await once(open, 'data');
  expect(second.relay.open()).toBe(1);
  second.relay.close();
  await once(open, 'close');
  await until(() => second.relay.open() === 0);
});

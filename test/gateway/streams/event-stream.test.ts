import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { head } from '../http/exchange.ts';
import { startListening, type ListeningGateway } from '../fixture.ts';
import { follow } from './follow.ts';

let gateway: ListeningGateway;
beforeEach(async () => void (gateway = await startListening({ config: { streamBeatMs: 100 } })));
afterEach(() => gateway.close());

const patient = { timeout: 10_000 };
const event = (text = '') => ({
  type: 'window.open' as const,
  at: Date.now(),
  actor: 'test',
  payload: { text },
});
const append = (count: number, text?: string) =>
  gateway.store.events.append(Array.from({ length: count }, () => event(text)));

/** A reader that opens the stream and reads nothing until `read` is called. */
async function slowReader(): Promise<{ socket: Socket; rest(): Promise<string> }> {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(`GET /vx11/events HTTP/1.1\r\n${head}\r\n`);
  const [first] = (await new Promise((resolve) =>
    socket.once('data', (...got) => resolve(got)),
  )) as [Buffer];
  socket.pause();
  let text = first.toString();
  return {
    socket,
    rest: () =>
      new Promise((resolve) => {
        socket.on('data', (data) => (text += data.toString()));
        socket.on('error', () => undefined).on('close', () => resolve(text));
        socket.resume();
      }),
  };
}

test('a quiet stream sends keep-alive comments', async () => {
  const stream = await follow(gateway.base);
  await expect.poll(() => stream.comments.length, patient).toBeGreaterThan(2);
  expect(new Set(stream.comments)).toEqual(new Set(['alive']));
  expect(stream.received).toEqual([]);
  stream.close();
});

test('a slow reader is disconnected without harm to others, and misses nothing when it reconnects', async () => {
  const from = await gateway.store.events.newest();
  const fast = await follow(gateway.base);
  const slow = await slowReader();
  // more than the sockets' buffers hold, one at a time, as other readers can take them
  const [count, text] = [30, 'x'.repeat(500_000)];
  for (let nth = 1; nth <= count; nth += 1) {
    await append(1, text);
    await expect.poll(() => fast.received.length, { ...patient, interval: 5 }).toBe(nth);
  }
  const read = await slow.rest();
  const whole = read.split('\n\n').slice(0, -1).join('\n\n');
  const ids = [...whole.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.length).toBeLessThan(count);
  const again = await follow(gateway.base, '', { 'last-event-id': String(ids.at(-1)) });
  await expect.poll(() => again.received.length, patient).toBe(count - ids.length);
  expect([...ids, ...again.received.map(({ seq }) => seq)]).toEqual(
    Array.from({ length: count }, (_, nth) => from + 1 + nth),
  );
  fast.close();
  again.close();
});

test.each([
  ['much', 400, 10_000],
  ['many', 2000, 1000],
])('a reader that reconnects after %s gets all of it in one stream', async (_, count, size) => {
  const from = await gateway.store.events.newest();
  await append(count, 'x'.repeat(size));
  const stream = await follow(gateway.base, `?since=${from}`);
  await expect.poll(() => stream.received.length, patient).toBe(count);
  await append(1);
  await expect.poll(() => stream.received.length, patient).toBe(count + 1);
  const seqs = stream.received.map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: count + 1 }, (_one, nth) => from + 1 + nth));
  stream.close();
});

import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EventType } from '../../../contracts/event.ts';
import { exchange, head } from '../http/exchange.ts';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';

let gateway: ListeningGateway;
beforeEach(
  async () =>
    void (gateway = await startListening({ config: { maxStreams: 2, streamBeatMs: 50 } })),
);
afterEach(() => gateway.close());

interface Frame {
  channel: string;
  type: string;
  client_id?: string;
  data?: { seq: number; window_id: string | null };
}

/** A client of the socket; `opened` is 101, or the status of the refusal. */
async function connect(query = '', token: string | null = adminToken, headers = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws${query}`, {
    headers: { ...(token !== null && { 'x-vx11-token': token }), ...headers },
  });
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  const opened = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  return { socket, frames, opened, closed };
}
const append = (...types: EventType[]) =>
  gateway.store.events.append(
    types.map((type) => ({ type, at: Date.now(), actor: 'test', window_id: `window-${type}` })),
  );

test('the first frame says connected, and each new event follows', async () => {
  await append('engine.lost');
  const { frames, opened } = await connect('?channel=events&client_id=desk');
  expect(opened).toBe(101);
  await expect.poll(() => frames.length).toBe(1);
  expect(frames[0]).toEqual({ channel: 'control', type: 'connected', client_id: 'desk' });
  await append('window.open', 'window.closed');
  await expect.poll(() => frames.length).toBe(3);
  expect(frames.slice(1)).toMatchObject([
    { channel: 'events', type: 'window.open', data: { type: 'window.open', seq: 2 } },
    { channel: 'events', type: 'window.closed', data: { type: 'window.closed', seq: 3 } },
  ]);
});

test('events can be limited as in a stream, and what a client sends is ignored', async () => {
  const { frames, socket } = await connect('?type=window.open,engine.back');
  await expect.poll(() => frames.length).toBe(1);
  expect(frames[0]!.client_id).toMatch(/^run-/);
  socket.send('{"type":"nonsense"}');
  await append('window.closed', 'engine.back');
  await expect.poll(() => frames.length).toBe(2);
  expect(frames[1]).toMatchObject({ type: 'engine.back' });
});

test('a caller without a token, with a wrong one, or with a wrong query is refused', async () => {
  expect((await connect('', null)).opened).toBe(401);
  expect((await connect('', `vx11_0123456789abcdef_${'A'.repeat(43)}`)).opened).toBe(403);
  expect((await connect('?type=nonsense')).opened).toBe(422);
  expect((await connect('', adminToken, { host: 'evil.example' })).opened).toBe(403);
  const plain = await exchange(gateway.port, `GET /ws HTTP/1.1\r\n${head}\r\n`);
  expect(plain).toMatchObject({ status: 400, body: { error: 'bad_request' } });
});

test('a wish to upgrade another route is ignored', async () => {
  const wish = head.replace('Connection: close', 'Connection: Upgrade, close\r\nUpgrade: h2c');
  const answer = await exchange(gateway.port, `GET /vx11/status HTTP/1.1\r\n${wish}\r\n`);
  expect(answer.status).toBe(200);
});

test('a socket over the cap is 503, and its place is free once another has closed', async () => {
  const [first] = [await connect(), await connect()];
  expect((await connect()).opened).toBe(503);
  first.socket.close();
  await expect.poll(async () => (await connect()).opened).toBe(101);
});

test('a socket ends soon after its token was revoked', async () => {
  const token = await gateway.token('viewer');
  const { frames, closed } = await connect('', token);
  await expect.poll(() => frames.length).toBe(1);
  const [known] = await gateway.store.tokens.list();
  await gateway.store.tokens.revoke(known!.token_id, Date.now(), []);
  expect(await closed).toBe(1008);
});

test('a reader that answers no ping is disconnected', async () => {
  const { socket, closed } = await connect();
  socket.pause();
  await expect
    .poll(async () => {
      const other = await connect();
      const third = await connect();
      other.socket.terminate();
      third.socket.terminate();
      return third.opened;
    })
    .toBe(101);
  socket.resume();
  await closed;
});

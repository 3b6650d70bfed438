import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openStore, type Store } from '../../../store/index.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';
import { follow, type Follower } from '../streams/follow.ts';
import { signIn, type Browser } from './sign-in.ts';

/** Two gateways over one store, with the beat of a running gateway: no stream ends by its beat within a second. */
let one: ListeningGateway;
let other: ListeningGateway;
let store: Store;

beforeAll(async () => {
  one = await startListening({ config: { maxStreams: 40 } });
  store = await openStore(`sqlite:${one.storeFile}`);
  other = await startListening({ config: { maxStreams: 40 }, deps: { store: () => store } });
});
afterAll(async () => {
  await other.close();
  await store.close();
  await one.close();
});

/** A pause of this machine is not a late end. */
const measured = { retry: 2 };

/** How long a stream stays open after this, in ms. */
async function endsWithin(
  stream: { ended: Promise<unknown> },
  change: () => Promise<unknown>,
): Promise<number> {
  await change();
  const changed = performance.now();
  await stream.ended;
  return performance.now() - changed;
}
const streamOf = (gateway: ListeningGateway, { headers }: Browser) =>
  follow(gateway.base, '', headers, null);
const tokenIdOf = async (headers: Record<string, string>) =>
  (await one.inject({ url: '/vx11/session', headers })).json<{ token_id: string }>().token_id;
const revoke = (gateway: ListeningGateway, id: string) =>
  gateway.inject({
    method: 'DELETE',
    url: `/vx11/tokens/${id}`,
    headers: { 'x-vx11-token': adminToken },
  });
const signOut = (gateway: ListeningGateway, { headers }: Browser) =>
  gateway.inject({ method: 'DELETE', url: '/vx11/session', headers });

/** A WebSocket of the events. `ended` resolves with the code that the gateway closed it with. */
async function socketOf(gateway: ListeningGateway, { headers }: Browser) {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, { headers });
  const ended = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  return { ended, isOpen: () => socket.readyState === WebSocket.OPEN, close: () => socket.close() };
}

/** A client of the same that never answers the close of the gateway. */
async function rudeSocketOf(gateway: ListeningGateway, { headers }: Browser) {
  const socket = connect(gateway.port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const all = {
    host: `127.0.0.1:${gateway.port}`,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /ws HTTP/1.1\r\n${lines.join('')}\r\n`);
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect(answer.toString('latin1')).toContain('101 Switching Protocols');
  return { ended };
}

/** A stream that has to stay open. */
async function bystander(gateway: ListeningGateway): Promise<Follower & { isOpen: () => boolean }> {
  const stream = await follow(gateway.base);
  let open = true;
  void stream.ended.then(() => (open = false));
  return { ...stream, isOpen: () => open };
}

describe.each([
  ['the gateway that has the stream', () => one],
  ['another gateway of the same store', () => other],
] as const)('by %s', (_, by) => {
  test('a stream ends within a second after its token was revoked', measured, async () => {
    const token = await one.token('viewer');
    const [stream, still] = [await follow(one.base, '', {}, token), await bystander(one)];
    const id = await tokenIdOf({ 'x-vx11-token': token });
    expect(await endsWithin(stream, () => revoke(by(), id))).toBeLessThan(1000);
    expect(still.isOpen()).toBe(true);
    still.close();
  });

  test(
    'the streams of a session end within a second after its token was revoked',
    measured,
    async () => {
      const token = await one.token('viewer');
      const browser = await signIn(one, { token });
      const stream = await streamOf(one, browser);
      const id = await tokenIdOf(browser.headers);
      expect(await endsWithin(stream, () => revoke(by(), id))).toBeLessThan(1000);
    },
  );

  test(
    'the streams of a session end within a second after it signed out, and those of others go on',
    measured,
    async () => {
      const token = await one.token('viewer');
      const [browser, second] = [await signIn(one, { token }), await signIn(one, { token })];
      const [stream, still] = [await streamOf(one, browser), await streamOf(one, second)];
      let open = true;
      void still.ended.then(() => (open = false));
      expect(await endsWithin(stream, () => signOut(by(), browser))).toBeLessThan(1000);
      expect(open).toBe(true);
      still.close();
    },
  );

  test(
    'the sockets of a session end within a second after it signed out, and those of others go on',
    measured,
    async () => {
      const token = await one.token('viewer');
      const [browser, second] = [await signIn(one, { token }), await signIn(one, { token })];
      const [socket, rude] = [await socketOf(one, browser), await rudeSocketOf(one, browser)];
      const still = await socketOf(one, second);
      const both = { ended: Promise.all([socket.ended, rude.ended]) };
      expect(await endsWithin(both, () => signOut(by(), browser))).toBeLessThan(1000);
      expect(await socket.ended).toBe(1008);
      expect(still.isOpen()).toBe(true);
      still.close();
    },
  );

  test(
    'the sockets of a session end within a second after its token was revoked',
    measured,
    async () => {
      const token = await one.token('viewer');
      const browser = await signIn(one, { token });
      const [socket, rude] = [await socketOf(one, browser), await rudeSocketOf(one, browser)];
      const id = await tokenIdOf(browser.headers);
      const both = { ended: Promise.all([socket.ended, rude.ended]) };
      expect(await endsWithin(both, () => revoke(by(), id))).toBeLessThan(1000);
      expect(await socket.ended).toBe(1008);
    },
  );
});

test('a stream ends within a second after its token expires', measured, async () => {
  const expires_at = Date.now() + 700;
  const token = await one.token('viewer', { expires_at });
  const streams = [
    await follow(one.base, '', {}, token),
    await streamOf(one, await signIn(one, { token })),
  ];
  await Promise.all(streams.map(({ ended }) => ended));
  const late = Date.now() - expires_at;
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(1000);
});

test(
  'a stream ends within a second after the overlap in which its token is rotated',
  measured,
  async () => {
    const token = await one.token('viewer');
    const stream = await follow(one.base, '', {}, token);
    const replaces = { id: await tokenIdOf({ 'x-vx11-token': token }), at: Date.now() + 500 };
    const dates = { created_at: 0, expires_at: null, revoked_at: null, last_used_at: null };
    const fresh = { id: 'token-00000000000000aa', name: 'new', scope: 'viewer' as const };
    await store.tokens.create({ ...fresh, ...dates, secret_hash: '' }, [], {
      now: Date.now(),
      replaces,
    });
    await stream.ended;
    const late = Date.now() - replaces.at;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1000);
  },
);

test('the log of a task ends within a second too', measured, async () => {
  const { view, spec } = aTask({}, Date.now());
  await one.store.tasks.create(view, spec, []);
  const token = await one.token('viewer');
  const browser = await signIn(one, { token });
  const response = await fetch(`${one.base}/vx11/spawn/${view.spawn_id}/logs`, {
    headers: browser.headers,
  });
  expect(response.status).toBe(200);
  const ended = response.text();
  await signOut(other, browser);
  const from = performance.now();
  await ended;
  expect(performance.now() - from).toBeLessThan(1000);
});

test('a session is known to every gateway of its store, and to one that starts later', async () => {
  const browser = await signIn(one, { token: await one.token('viewer') });
  const me = async (base: string) =>
    (await fetch(`${base}/vx11/session`, { headers: browser.headers })).status;
  expect(await me(one.base)).toBe(200);
  expect(await me(other.base)).toBe(200);
  const restarted = await openStore(`sqlite:${one.storeFile}`);
  const late = await startListening({ deps: { store: () => restarted } });
  expect(await me(late.base)).toBe(200);
  await signOut(late, browser);
  expect(await me(one.base)).toBe(401);
  await late.close();
  await restarted.close();
});

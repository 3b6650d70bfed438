import { setTimeout as sleep } from 'node:timers/promises';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { NotAsked } from '../../../gateway/temporal/breaker.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { claimMs } from '../../../store/system/idempotency.ts';
import { until } from '../../stack/wait.ts';
import { adminToken, beat, seedStack, startGateway, view, type Gateway } from '../fixture.ts';

/** One message to Temporal, and the id by which Temporal deduplicates it. */
interface Sent {
  what: 'open' | 'extend' | 'close';
  window: string;
  updateId?: string;
}

const extended = (one: WindowView): WindowView => ({ ...one, extensions: one.extensions + 1 });

let now: number;
let sent: Sent[];
/** Windows by id, as Temporal would hold them. */
let windows: Map<string, WindowView>;
let opened: Gateway[];
beforeEach(() => {
  now = Date.now();
  sent = [];
  windows = new Map();
  opened = [];
});
afterEach(async () => {
  for (const gateway of opened.toReversed()) await gateway.close();
});

/** A Temporal that carries out every message, and answers it only while `answers` is true. */
function temporalThat(answers: () => boolean): TemporalPort {
  const send = async <T>(message: Sent, answer: () => T): Promise<T> => {
    sent.push(message);
    if (!answers()) await new Promise(() => undefined);
    return answer();
  };
  const find = (id: string): WindowView => windows.get(id)!;
  return {
    ...connectTemporal('127.0.0.1:1', 'default'),
    keepWindow: ({ view: asked }, _renew, { updateId }) =>
      send({ what: 'open', window: asked.window_id, updateId }, () => ({
        view: { ...asked, state: 'open' as const },
        clamped: false,
      })),
    extendWindow: (id, _message, { updateId }) =>
      send({ what: 'extend', window: id, updateId }, () => ({
        view: extended(find(id)),
        clamped: false,
      })),
    closeWindow: (id) => send({ what: 'close', window: id }, () => find(id)),
  };
}

/** A gateway that is killed while it waits for Temporal, and its successor. */
async function twoGateways() {
  let alive = true;
  const first = await startGateway({
    deps: {
      clock: () => now,
      temporal: temporalThat(() => false),
      store: () => {
        // a dead process renews no claims; its store is only read through here
        if (!alive) throw new VX11Error('store_unavailable', 'dead');
        return first.store;
      },
    },
  });
  await seedStack(first.store, now);
  const next = await startGateway({
    deps: { clock: () => now, temporal: temporalThat(() => true), store: () => first.store },
  });
  opened.push(first, next);
  const request = (url: string, payload: object): InjectOptions => ({
    method: 'POST',
    url,
    payload,
    headers: { 'x-vx11-token': adminToken, 'idempotency-key': 'k' },
  });
  return {
    store: first.store,
    /** Sends a request that Temporal does not answer. */
    async leave(url: string, payload: object) {
      void first.inject(request(url, payload));
      await until('Temporal has it', async () => sent.length > 0);
    },
    /** Sends a request whose gateway dies once Temporal has it. */
    async cutOff(url: string, payload: object) {
      const before = sent.length;
      void first.inject(request(url, payload));
      await until('Temporal has it', async () => sent.length > before);
      alive = false;
    },
    again: (url: string, payload: object) => next.inject(request(url, payload)),
    async seconds(ms: number) {
      now += ms;
      await beat(first.store, now);
    },
  };
}

const open = async (store: Gateway['store'], change: Partial<WindowView> = {}) => {
  const window = view(change);
  windows.set(window.window_id, window);
  await store.windows.request(window, []);
  return window;
};

test('a request whose gateway died is answered 3 s later, and extends once', async () => {
  const { store, cutOff, again, seconds } = await twoGateways();
  const { window_id } = await open(store);
  const body = { window_id, seconds: 60 };
  await cutOff('/vx11/window/extend', body);
  const early = await again('/vx11/window/extend', body);
  expect([early.statusCode, early.json().error]).toEqual([409, 'request_in_flight']);
  await seconds(claimMs);
  const answer = await again('/vx11/window/extend', body);
  expect([answer.statusCode, answer.json().extensions]).toEqual([200, 1]);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  const replayed = await again('/vx11/window/extend', body);
  expect(replayed.headers['idempotent-replay']).toBe('true');
  expect(sent).toHaveLength(2);
});

test.each([
  ['/vx11/window/open', { target: 'web', ttl_seconds: 60 }],
  ['/operator/power/window/open', { services: ['web'], ttl_sec: 60 }],
  ['/operator/power/service/web/start', {}],
])('a retry of %s opens no second window', async (url, body) => {
  const { store, cutOff, again, seconds } = await twoGateways();
  await cutOff(url, body);
  await seconds(claimMs);
  const answer = await again(url, body);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(sent[1]).toEqual(sent[0]);
  expect(await store.windows.live()).toHaveLength(1);
});

test.each<[string, object, Partial<WindowView>]>([
  ['/vx11/window/extend', { target: 'web', seconds: 60 }, {}],
  ['/vx11/window/close', { target: 'web' }, {}],
  ['/operator/power/window/close', {}, { kind: 'operator', target: null }],
])(
  'a retry of %s acts on the window of the first try, not on a newer one',
  async (url, body, kind) => {
    const { store, cutOff, again, seconds } = await twoGateways();
    const meant = await open(store, kind);
    await cutOff(url, body);
    await store.windows.save({ ...meant, state: 'closed' }, []);
    await open(store, { ...kind, requested_at: new Date(now + 1).toISOString() });
    await seconds(claimMs);
    await again(url, body);
    const ids = new Set(sent.map(({ window }) => window));
    expect(ids).toEqual(new Set([meant.window_id]));
  },
);

test('while its gateway lives, a request keeps its claim however long it takes', async () => {
  const { store, leave, again, seconds } = await twoGateways();
  const { window_id } = await open(store);
  const body = { window_id, seconds: 60 };
  await leave('/vx11/window/extend', body);
  await seconds(claimMs - 1);
  await sleep(claimMs / 2); // it is renewed every second
  await seconds(claimMs - 1);
  expect((await again('/vx11/window/extend', body)).json().error).toBe('request_in_flight');
});

test('a retry of a request that never left the gateway starts over: it opens a window', async () => {
  const away = await startGateway({ deps: { clock: () => now } });
  opened.push(away);
  await seedStack(away.store, now);
  const temporal = temporalThat(() => true);
  const back = await startGateway({
    deps: { clock: () => now, temporal, store: () => away.store },
  });
  opened.push(back);
  const ask = (gateway: Gateway) =>
    gateway.inject({
      method: 'POST',
      url: '/vx11/window/open',
      payload: { target: 'web', ttl_seconds: 60 },
      headers: { 'x-vx11-token': adminToken, 'idempotency-key': 'k' },
    });
  expect((await ask(away)).json().error).toBe('temporal_unavailable');
  expect((await ask(back)).json()).toMatchObject({ state: 'open' });
});

test('a message that Temporal may have received stays the same while Temporal is down: it extends once', async () => {
  const ways = [
    new VX11Error('madre_unavailable', 'late'),
    new VX11Error('temporal_unavailable', 'away', { cause: new NotAsked(null) }),
    null,
  ];
  const temporal = temporalThat(() => true);
  const { extendWindow } = temporal;
  temporal.extendWindow = async (...message) => {
    const answer = await extendWindow(...message);
    const way = ways[sent.length - 1];
    if (way) throw way;
    return answer;
  };
  const gateway = await startGateway({ deps: { clock: () => now, temporal } });
  opened.push(gateway);
  await seedStack(gateway.store, now);
  const { window_id } = await open(gateway.store);
  const statuses: number[] = [];
  for (const _ of ways) {
    const answer = await gateway.inject({
      method: 'POST',
      url: '/vx11/window/extend',
      payload: { window_id, seconds: 60 },
      headers: { 'x-vx11-token': adminToken, 'idempotency-key': 'k' },
    });
    statuses.push(answer.statusCode);
  }
  expect(statuses).toEqual([503, 503, 200]);
  expect(new Set(sent.map(({ updateId }) => updateId)).size).toBe(1);
});

test('a refusal frees the key for a new request', async () => {
  const { store, again } = await twoGateways();
  const { window_id } = await open(store, { state: 'closed' });
  const refused = await again('/vx11/window/extend', { window_id, seconds: 60 });
  expect(refused.statusCode).toBe(409);
  const live = await open(store);
  const body = { window_id: live.window_id, seconds: 30 };
  expect((await again('/vx11/window/extend', body)).statusCode).toBe(200);
});

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  catalog,
  observation,
  seedStack,
  startGateway,
  view,
  type Gateway,
} from '../fixture.ts';

let gateway: Gateway;
let now: number;
beforeEach(async () => {
  now = Date.now();
  gateway = await startGateway({ deps: { clock: () => now } });
  await seedStack(gateway.store, now);
});
afterEach(() => gateway.close());

const ask = (headers: Record<string, string> = {}) =>
  gateway.inject({ url: '/vx11/status', headers: { 'x-vx11-token': adminToken, ...headers } });
const append = () =>
  gateway.store.events.append([{ type: 'process.started', at: now, actor: 'test' }]);

describe('the version of the status', () => {
  test('stays while nothing changes, and a caller that has it gets 304', async () => {
    const first = await ask();
    const etag = String(first.headers['etag']);
    now += 10;
    const second = await ask({ 'if-none-match': etag });
    expect(second).toMatchObject({ statusCode: 304, body: '' });
    expect(second.headers['etag']).toBe(etag);
    await gateway.store.services.observe([observation('db')], [], now);
    const third = await ask({ 'if-none-match': etag });
    expect(third.statusCode).toBe(200);
    expect(third.headers['etag']).not.toBe(etag);
  });

  test('changes with time alone, where the answer does', async () => {
    const etag = String((await ask()).headers['etag']);
    now += 60_000; // madre's heartbeat is too old
    expect((await ask({ 'if-none-match': etag })).json()).toMatchObject({ madre_available: false });
  });

  test('as_of is the newest event, and all events up to it are in the answer', async () => {
    expect((await ask()).json()).toMatchObject({ as_of: 0 });
    await append();
    const { headers } = await ask();
    expect((await ask()).json()).toMatchObject({ as_of: 1 });
    const window = view();
    await gateway.store.windows.request(window, [
      { type: 'window.requested', at: now, actor: 'test', window_id: window.window_id },
    ]);
    const status = (await ask({ 'if-none-match': String(headers['etag']) })).json();
    expect(status).toMatchObject({ as_of: 2, windows: [{ window_id: window.window_id }] });
  });

  test('an event up to as_of is in the answer also while another process writes', async () => {
    const { openStore } = await import('../../../store/index.ts');
    const other = await openStore(`sqlite:${gateway.storeFile}`);
    const progress = { written: 0 };
    const writing = (async () => {
      for (; progress.written < 100; progress.written += 1) {
        const one = view({ target: `s${progress.written}` });
        await other.windows.request(one, [
          { type: 'window.requested', at: now, actor: 'test', window_id: one.window_id },
        ]);
      }
    })();
    while (progress.written < 100) {
      const { as_of, windows } = (await ask()).json<{ as_of: number; windows: unknown[] }>();
      expect(windows.length).toBeGreaterThanOrEqual(as_of);
    }
    await writing;
    expect((await ask()).json().as_of).toBe(100);
    await other.close();
  });
});

test('the status is compressed as the caller accepts it, with the time of the answer', async () => {
  const plain = await ask();
  for (const [coding, decode] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    for (const later of [0, 7]) {
      now += later;
      const answer = await ask({ 'accept-encoding': coding });
      expect(answer.headers).toMatchObject({
        'content-encoding': coding,
        vary: 'Accept-Encoding',
        etag: plain.headers['etag'],
      });
      const status = JSON.parse(decode(answer.rawPayload).toString()) as object;
      expect(status).toEqual({ ...plain.json(), timestamp: new Date(now).toISOString() });
    }
  }
});

test('the budget of a host counts what is leased as the admission does, and what is in use', async () => {
  const gib = 1024 ** 3;
  const gpu = { count: 1, ids: [], memory_bytes: null };
  await gateway.store.services.saveCatalog(
    {
      ...catalog([
        aService('web', { memory_bytes: gib, cpus: 1.5, replicas: 2 }),
        aService('db', { memory_bytes: null, gpu }),
        aService('idle', { memory_bytes: gib }),
      ]),
      budget: { memory_bytes: 8 * gib, cpus: null, gpus: 2 },
    },
    [],
  );
  const budgets = async () => (await ask()).json().budgets;
  const rest = { reserved: 0, seen: 0, limit: 8 * gib };
  expect(await budgets()).toMatchObject([{ host: 'box', memory_bytes: rest }]);

  const { window_id } = view();
  const lease = { window_id, host: 'box', deadline: now + 1000, is_open: false };
  await gateway.store.leases.reserve(
    window_id,
    [
      { ...lease, service: 'web' },
      { ...lease, service: 'db', is_open: true },
    ],
    now,
  );
  await gateway.store.services.observe([observation('web'), observation('db')], [], now);
  expect((await budgets())[0].memory_bytes.seen).toBeNull();
  await gateway.store.services.observe([observation('db', { memory_bytes: gib / 4 })], [], now);
  expect(await budgets()).toEqual([
    {
      host: 'box',
      memory_bytes: { reserved: 2.25 * gib, seen: gib / 4, limit: 8 * gib },
      cpus: { reserved: 3, seen: null, limit: null },
      gpus: { reserved: 1, limit: 2 },
    },
  ]);
  now += 1000; // the leases are over
  expect((await budgets())[0].memory_bytes).toMatchObject({ reserved: 0, seen: gib / 4 });
});

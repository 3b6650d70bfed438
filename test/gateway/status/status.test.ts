import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { strayNote } from '../../../domain/services/settle.ts';
import { presenceMs } from '../../../store/system/presence.ts';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
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

const get = async (url: string) => {
  const headers = { 'x-vx11-token': adminToken };
  const response = await gateway.inject({ url, headers });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};

const openWeb = async (change = {}) => {
  const window = view({ expires_at: new Date(now + 60_000).toISOString(), ...change });
  const { window_id } = window;
  await gateway.store.windows.request(window, []);
  const deadline = now + 60_000;
  await gateway.store.leases.reserve(
    window_id,
    [{ window_id, host: 'box', service: 'web', deadline, is_open: true }],
    now,
  );
  return window;
};

describe('GET /vx11/status', () => {
  test('at rest, all services of the window tier are off by policy and the core is ok', async () => {
    const status = await get('/vx11/status');
    expect(status).toMatchObject({ mode: 'solo_madre', madre_available: true, windows: [] });
    const health = Object.fromEntries(
      status.services.map((one: { name: string; health: string }) => [one.name, one.health]),
    );
    expect(health).toEqual({
      tentaculo_link: 'ok',
      madre: 'ok',
      redis: 'ok',
      web: 'off_by_policy',
      db: 'off_by_policy',
      postgres: 'off_by_policy',
    });
  });

  test('every read sees every write before it', async () => {
    for (let nth = 0; nth < 20; nth += 1) {
      const state = nth % 2 === 0 ? 'running' : 'exited';
      await gateway.store.services.observe([observation('db', { state })], [], now);
      const { services } = await get('/vx11/status');
      expect(services.find((one: { name: string }) => one.name === 'db').state).toBe(state);
    }
  });

  test('a service that ended while its window holds it is down; once the lease is over it is asleep', async () => {
    const window = await openWeb();
    await gateway.store.services.observe(
      [observation('web', { state: 'exited', exit_code: 1 })],
      [],
      now,
    );
    const web = async () =>
      (await get('/vx11/status')).services.find((one: { name: string }) => one.name === 'web');
    expect(await web()).toMatchObject({
      health: 'down',
      reason: 'exited with 1',
      window_ids: [window.window_id],
      until: window.expires_at,
    });
    now += 60_001;
    await beat(gateway.store, now);
    expect(await web()).toMatchObject({ health: 'off_by_policy', window_ids: [] });
  });

  test('is full when all services of the window tier run', async () => {
    await openWeb();
    await gateway.store.services.observe([observation('web')], [], now);
    expect((await get('/vx11/status')).mode).toBe('windowed');
    await gateway.store.services.observe([observation('db')], [], now);
    expect((await get('/vx11/status')).mode).toBe('full');
  });

  test('shows madre as down once its heartbeat is too old, without any commit', async () => {
    expect((await get('/vx11/status')).madre_available).toBe(true);
    now += presenceMs + 1;
    expect((await get('/vx11/status')).madre_available).toBe(false);
  });

  test('a core service with a container has the state of its container', async () => {
    await gateway.store.services.observe(
      [observation('redis', { state: 'exited', exit_code: 137 })],
      [],
      now,
    );
    const { services } = await get('/vx11/status');
    const redis = services.filter((one: { name: string }) => one.name === 'redis');
    expect(redis).toMatchObject([{ health: 'down', reason: 'exited with 137' }]);
  });

  test('a stray that is left alone says why it is reported; a service without a note says null', async () => {
    await gateway.store.services.observe(
      [observation('db', { stray_since: now, note: strayNote })],
      [],
      now,
    );
    const { services } = await get('/vx11/status');
    const notes = Object.fromEntries(
      services.map((one: { name: string; note: string | null }) => [one.name, one.note]),
    );
    expect(notes).toMatchObject({ db: strayNote, web: null, madre: null });
    expect(services.find((one: { name: string }) => one.name === 'db')).toMatchObject({
      health: 'ok',
      reason: null,
    });
  });

  test('services of several hosts are listed by host', async () => {
    await gateway.store.services.saveCatalog(catalog([aService('web')], 'other'), []);
    const { services } = await get('/vx11/status');
    const hosts = services.filter((one: { name: string }) => one.name === 'web');
    expect(hosts.map((one: { host: string }) => one.host).toSorted()).toEqual(['box', 'other']);
  });
});

describe('GET /vx11/window/status/{target}', () => {
  test('counts down by the second, and reading never renews', async () => {
    const window = await openWeb({ expires_at: new Date(now + 2000).toISOString() });
    const seconds = async () => (await get('/vx11/window/status/web')).ttl_remaining_seconds;
    expect(await seconds()).toBe(2);
    now += 999;
    expect(await seconds()).toBe(2);
    now += 1;
    expect(await seconds()).toBe(1);
    now += 1000;
    expect(await get('/vx11/window/status/web')).toMatchObject({
      is_open: false,
      ttl_remaining_seconds: 0,
      expires_at: window.expires_at,
    });
  });

  test('shows the newest window of a target that is no longer open', async () => {
    expect(await get('/vx11/window/status/web')).toMatchObject({ state: null, is_open: false });
    const ended = view({ state: 'closed', closed_at: new Date(now).toISOString() });
    await gateway.store.windows.request(ended, []);
    expect(await get('/vx11/window/status/web')).toMatchObject({
      state: 'closed',
      window_id: ended.window_id,
    });
  });
});

test('windows are listed newest first, page by page', async () => {
  const windows = [1, 2, 3].map((nth) =>
    view({ target: `s${nth}`, requested_at: new Date(now + nth).toISOString() }),
  );
  for (const window of windows) await gateway.store.windows.request(window, []);
  const first = await get('/vx11/windows?limit=2');
  const rest = await get(`/vx11/windows?limit=2&cursor=${first.next_cursor}`);
  const targets = [...first.windows, ...rest.windows].map((one: { target: string }) => one.target);
  expect(targets).toEqual(['s3', 's2', 's1']);
  expect(rest.next_cursor).toBeNull();
  expect((await get('/vx11/windows?state=closed')).windows).toEqual([]);
  expect(await get(`/vx11/windows/${windows[0]!.window_id}`)).toMatchObject({ target: 's1' });
});

test('GET /operator/power/state, …/window/status and …/solo_madre/status agree', async () => {
  const window = await openWeb({ kind: 'operator', target: null });
  await gateway.store.services.observe([observation('web')], [], now);
  expect(await get('/operator/power/state')).toMatchObject({
    policy: 'windowed',
    active_windows: [{ window_id: window.window_id }],
    running_services: ['tentaculo_link', 'madre', 'redis', 'web'],
    available_services: ['web', 'db'],
  });
  const { windows } = await get('/operator/power/window/status');
  expect(windows).toMatchObject([{ window_id: window.window_id, ttl_remaining_sec: 60 }]);
  expect(await get('/operator/power/policy/solo_madre/status')).toMatchObject({
    policy_active: false,
    expected_services: ['tentaculo_link', 'madre', 'redis'],
  });
});

test('GET /operator/status names every part, and wakes nothing', async () => {
  const status = await get('/operator/status');
  expect(status.components).toMatchObject({
    tentaculo_link: { status: 'ok' },
    madre: { status: 'degraded' }, // its heartbeat is fresh; its HTTP server does not run in this test
    redis: { status: 'ok', reason: 'in-process: no Redis configured' },
    temporal: { status: 'down' },
    store: { status: 'ok' },
    engine: { status: 'ok' },
    compose_file: { status: 'ok' },
    guard: { status: 'ok' },
    web: { status: 'off_by_policy' },
  });
  expect(status).toMatchObject({
    status: 'degraded',
    windows: { policy: 'solo_madre', active_count: 0 },
  });
  now += presenceMs + 1;
  expect((await get('/operator/status')).status).toBe('offline');
});

test('GET /operator/status says what Temporal stays awake for, as madre tells it', async () => {
  const up = { isAsleep: () => false, health: async () => undefined };
  Object.assign(gateway.context.temporal, up);
  await beat(gateway.store, now, { temporal_awake: 'awake for the schedule nightly' });
  const { components } = await get('/operator/status');
  expect(components.temporal).toMatchObject({
    status: 'ok',
    reason: 'awake for the schedule nightly',
  });
});

test('GET /operator/status reports a broken compose file and the reason, while its host is managed', async () => {
  const error = 'services.web additional properties ‘imagine’ not allowed';
  await gateway.store.services.saveCatalog({ ...catalog([aService('web')]), error }, []);
  await gateway.store.services.saveCatalog({ ...catalog([], 'gone'), error: 'long ago' }, []);
  const { status, components } = await get('/operator/status');
  expect(status).toBe('degraded');
  expect(components.compose_file.status).toBe('degraded');
  expect(components.compose_file.reason).toContain(error);
  expect(components.compose_file.reason).not.toContain('long ago');
  await gateway.store.services.saveCatalog(catalog([aService('web')]), []);
  expect((await get('/operator/status')).components.compose_file).toEqual({ status: 'ok' });
});

test.each([
  ['running', null, { status: 'ok' }],
  ['off', 'switched off', { status: 'off_by_policy', reason: 'on box: switched off' }],
  ['blind', 'it reads nothing', { status: 'degraded', reason: 'on box: it reads nothing' }],
  ['unavailable', 'no image', { status: 'degraded', reason: 'on box: no image' }],
])('GET /operator/status shows that a guard is %s, and why', async (guard, why, expected) => {
  await beat(gateway.store, now, { guard, guard_reason: why });
  expect((await get('/operator/status')).components.guard).toEqual(expected);
});

test('GET /operator/status shows which rounds fail, how often, and why', async () => {
  const failing = [{ round: 'reconcile', reason: 'the disk is full', failures: 41, since: now }];
  await beat(gateway.store, now, { rounds_failing: failing });
  const { components } = await get('/operator/status');
  expect(components.rounds).toEqual({
    status: 'degraded',
    reason: 'madre on box: reconcile failed 41 times in a row: the disk is full',
  });
  await beat(gateway.store, now, { rounds_failing: [] });
  expect((await get('/operator/status')).components.rounds).toEqual({ status: 'ok' });
});

test('a change that needs madre is refused at once while madre is down, and starts nothing', async () => {
  now += presenceMs + 1;
  const answer = await gateway.inject({
    method: 'POST',
    url: '/vx11/window/open',
    payload: { target: 'web', ttl_seconds: 60 },
    headers: { 'x-vx11-token': adminToken },
  });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ error: 'madre_unavailable' });
  expect(answer.headers['retry-after']).toBeTruthy();
  expect((await get('/vx11/windows')).windows).toEqual([]);
});

test('without the store, health answers, the environment’s admin is known, and reads are 503', async () => {
  const { VX11Error } = await import('../../../contracts/errors.ts');
  const away = await startGateway({
    deps: {
      store: () => {
        throw new VX11Error('store_unavailable', 'away', { retryAfterSeconds: 2 });
      },
    },
  });
  try {
    const ask = (url: string) => away.inject({ url, headers: { 'x-vx11-token': adminToken } });
    expect((await ask('/health')).statusCode).toBe(200);
    const head = await away.inject({ method: 'HEAD', url: '/health' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    for (const url of [
      '/vx11/status',
      '/vx11/window/status/web',
      '/vx11/windows',
      '/vx11/events',
    ]) {
      const answer = await ask(url);
      expect(answer.statusCode, url).toBe(503);
      expect(answer.json()).toMatchObject({ error: 'store_unavailable' });
    }
    expect((await ask('/metrics')).statusCode).toBe(200);
    const whole = await ask('/operator/status');
    expect(whole.statusCode, whole.body).toBe(200);
    expect(whole.json()).toMatchObject({
      components: { tentaculo_link: { status: 'ok' }, store: { status: 'down', reason: 'away' } },
      windows: { policy: null, active_count: null },
    });
  } finally {
    await away.close();
  }
});

test('GET /madre/status shows the state of each part that should be up, and since when', async () => {
  const part = { host: 'box', name: 'web', health: 'degraded', reason: 'unhealthy' } as const;
  await gateway.store.moduleHealth.see([part], now - 5000);
  const { modules } = await get('/madre/status');
  expect(modules).toEqual([{ ...part, since: new Date(now - 5000).toISOString() }]);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incidentExample } from '../../../gateway/incidents/incident-examples.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { aService, iso, minute } from '../../domain/samples.ts';
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

const get = async (url: string, token = adminToken) => {
  const answer = await gateway.inject({ url, headers: { 'x-vx11-token': token } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};
const open = async (change = {}) => {
  const window = view({ expires_at: iso(now + minute), ...change });
  await gateway.store.windows.request(window, []);
  return window;
};

describe('the older operator API', () => {
  test('shows the health of core and other services, and the window that ends last', async () => {
    const rest = await get('/operator/api/status');
    expect(rest).toMatchObject({
      status: 'ok',
      policy: 'solo_madre',
      core_services: { madre: 'ok', redis: 'ok', tentaculo_link: 'ok' },
      optional_services: { web: 'off_by_policy', db: 'off_by_policy' },
      degraded: false,
      window: { mode: 'solo_madre', window_id: null },
    });
    await open({ target: 'db' });
    const last = await open({ expires_at: iso(now + 2 * minute), reason: 'demo' });
    await gateway.store.services.observe([observation('web', { state: 'unhealthy' })], [], now);
    expect(await get('/operator/api/status')).toMatchObject({
      status: 'degraded',
      policy: 'windowed',
      window: { mode: 'window_active', window_id: last.window_id, ttl_seconds: 120 },
    });
    expect(await get('/operator/api/window/status')).toMatchObject({
      window_id: last.window_id,
      services: ['web'],
      reason: 'demo',
    });
  });

  test('lists modules, and draws their dependencies', async () => {
    await gateway.store.services.saveCatalog(
      catalog([aService('web', { ports: [80], needs: ['db'] }), aService('db')]),
      [],
    );
    const { modules } = await get('/operator/api/modules');
    expect(modules.web).toEqual({
      status: 'off_by_policy',
      port: 80,
      reason: null,
      category: 'window',
    });
    expect(modules.madre).toMatchObject({ status: 'ok', port: null, category: 'core' });
    await gateway.store.services.saveCatalog(catalog([aService('web')], 'other'), []);
    const { graph } = await get('/operator/api/topology');
    expect(graph.edges).toEqual([{ from: 'web@box', to: 'db', condition: 'service_started' }]);
    expect(graph.nodes).toContainEqual({
      id: 'web@other',
      label: 'web',
      status: 'OFF_BY_POLICY',
      port: null,
      type: 'window',
    });
  });

  test('shows the caller’s newest operator window', async () => {
    expect(await get('/operator/api/chat/window/status')).toMatchObject({ status: 'none' });
    const mine = await open({ kind: 'operator', target: null, owner: 'admin' });
    expect(await get('/operator/api/chat/window/status')).toMatchObject({
      status: 'open',
      window_id: mine.window_id,
      deadline: mine.expires_at,
      ttl_remaining_sec: 60,
    });
    const viewer = await gateway.token('viewer');
    expect(await get('/operator/api/chat/window/status', viewer)).toMatchObject({ status: 'none' });
  });

  test('lists events with a severity, page by page, of the last hours', async () => {
    await gateway.store.events.append([
      { type: 'window.open', at: now - 30 * 60 * minute, actor: 'old' },
      { type: 'window.open', at: now - 5, actor: 'ada', window_id: 'window-00000001' },
      { type: 'service.failed', at: now - 4, actor: 'madre', service: 'web' },
      { type: 'service.stray', at: now - 3, actor: 'madre', service: 'db' },
    ]);
    const { events } = await get('/operator/api/events');
    expect(events.map((one: { id: string; severity: string }) => [one.id, one.severity])).toEqual([
      ['evt_4', 'warn'],
      ['evt_3', 'crit'],
      ['evt_2', 'info'],
    ]);
    expect(events[1]).toMatchObject({ module: 'web', summary: 'service.failed web' });
    const first = await get('/operator/api/events?limit=1&hours_back=48');
    expect(first).toMatchObject({ has_more: true, next_cursor: '4' });
    const rest = await get(`/operator/api/events?hours_back=48&cursor=${first.next_cursor}`);
    expect(rest.events).toHaveLength(3);
    const opened = await get('/operator/api/events?type=window.open&hours_back=48');
    expect(opened.events).toHaveLength(2);
  });

  test('an event about an incident or a difference has the severity of that', async () => {
    const event = (
      type: 'incident.opened' | 'incident.resolved' | 'drift.found',
      severity: string,
    ) => ({
      type,
      at: now - 3,
      actor: 'hormiguero',
      payload: { severity },
    });
    await gateway.store.events.append([
      event('incident.opened', 'critical'),
      event('incident.opened', 'info'),
      event('drift.found', 'warn'),
      event('incident.resolved', 'critical'),
    ]);
    const { events } = await get('/operator/api/events');
    const said = events.map((one: { severity: string }) => one.severity);
    expect(said).toEqual(['info', 'warn', 'info', 'crit']);
  });

  test('shows what the gateway counts, as JSON', async () => {
    await get('/vx11/status');
    const name = 'vx11_gateway_request_duration_seconds_count';
    const { metrics, count } = await get(`/operator/api/metrics?name=${name}`);
    expect(count).toBe(metrics.length);
    expect(metrics).toContainEqual(
      expect.objectContaining({
        metric_name: name,
        value: 1,
        dimensions: { method: 'GET', route: '/vx11/status', status: '200' },
      }),
    );
    expect((await get('/operator/api/metrics')).count).toBeGreaterThan(20);
  });

  test('proves that no log was changed', async () => {
    await gateway.store.events.append([{ type: 'window.open', at: now, actor: 'ada' }]);
    expect(await get('/operator/api/audit')).toMatchObject({ ok: true });
  });

  test('lists the spawner’s runs, and says whether it takes tasks', async () => {
    expect(await get('/operator/api/spawner/status')).toMatchObject({
      status: 'off_by_policy',
      allowed: false,
      policy: 'solo_madre',
      hint: expect.stringContaining('spawner'),
    });
    const { view: task, spec } = aTask({}, now);
    await gateway.store.tasks.create(task, spec, []);
    const { runs, next_cursor } = await get('/operator/api/spawner/runs?limit=1');
    expect(runs).toMatchObject([
      { id: task.spawn_id, uuid: task.spawn_uuid, status: task.state, parent_task_id: null },
    ]);
    expect(next_cursor).toBeNull();
  });

  test.each(['GET status', 'GET incidents'])(
    'says whether hormiguero is awake, and what was found: %s',
    async (route) => {
      const [method, path] = route.split(' ') as ['GET' | 'POST', string];
      const ask = () =>
        gateway.inject({
          method,
          url: `/operator/api/hormiguero/${path}`,
          headers: { 'x-vx11-token': adminToken },
        });
      expect((await ask()).json()).toMatchObject({
        status: 'off_by_policy',
        policy: 'solo_madre',
        incidents: [],
        total: 0,
      });
      const lease = { window_id: 'window-00000002', host: 'box', service: 'hormiguero' };
      await gateway.store.leases.reserve(
        lease.window_id,
        [{ ...lease, is_open: true, deadline: null }],
        now,
      );
      expect((await ask()).json()).toMatchObject({ status: 'ok', incidents: [] });
    },
  );

  test('lists an open incident that is older than a hundred closed ones', async () => {
    const incidents = Array.from({ length: 101 }, (_, index) => {
      const incident_id = `incident-${String(index).padStart(8, '0')}`;
      const status = index === 0 ? ('open' as const) : ('closed' as const);
      const detected_at = iso(now + index);
      return { ...incidentExample, incident_id, fingerprint: incident_id, status, detected_at };
    });
    const change = { memories: new Map(), states: [], events: [], incidents };
    await gateway.store.incidents.round('box', () => change);
    const shown = await get('/operator/api/hormiguero/incidents');
    expect(shown).toMatchObject({ total: 1, incidents: [{ incident_id: 'incident-00000000' }] });
  });

  test('answers under /operator/api/v1/, too, and has no route without truth behind it', async () => {
    expect(await get('/operator/api/v1/window/status')).toEqual(
      await get('/operator/api/window/status'),
    );
    for (const path of ['scorecard', 'events/sse-token', 'shub/status', 'v1/assist/deepseek_r1']) {
      const url = `/operator/api/${path}`;
      const answer = await gateway.inject({ url, headers: { 'x-vx11-token': adminToken } });
      expect([answer.statusCode, answer.json().error], path).toEqual([404, 'not_found']);
    }
  });
});

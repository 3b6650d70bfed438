import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aTask } from '../../domain/tasks/samples.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await seedStack(gateway.store);
});
afterAll(() => gateway.close());

const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: unknown) => {
  const answer = await gateway.inject({
    method,
    url,
    headers: {
      'x-vx11-token': adminToken,
      ...(payload !== undefined && { 'content-type': 'application/json' }),
    },
    ...(payload !== undefined && { payload: JSON.stringify(payload) }),
  });
  return { status: answer.statusCode, body: answer.json() };
};
const found = (domain: string, intent_type: string, more = {}) =>
  ask('POST', '/madre/intent', { type: 'incident', payload: { domain, intent_type }, ...more });
const lane = { domain: 'disk', intent_type: 'full', owner_module: 'madre', escalation: 'propose' };

describe('a finding of a scanner', () => {
  test('is recorded, and goes into the lane of its domain and type', async () => {
    const { status, body } = await found('structure', 'fs_drift', { correlation_id: 'scan-1' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'accepted',
      task_id: null,
      correlation_id: 'scan-1',
      routing_decision: {
        lane_id: 'fs_drift',
        owner_module: 'manifestator',
        escalation: 'propose',
      },
    });
    const log = await gateway.store.audit.after('intents', body.intent_log_id - 1, 1);
    expect(log[0]).toMatchObject({ id: body.intent_id, source: 'scanner' });
    const again = await found('structure', 'fs_drift', { correlation_id: 'scan-1' });
    expect(again.body.intent_id).toBe(body.intent_id);
  });

  test('without a matching lane is a miss, and is logged as one', async () => {
    const { body } = await found('weather', 'rain');
    expect(body).toMatchObject({ status: 'lane_missing', routing_decision: null });
    const { body: log } = await ask('GET', '/madre/rails/events');
    expect(log.events[0]).toMatchObject({
      what: 'lane_missing',
      intent_id: body.intent_id,
      result: { domain: 'weather', intent_type: 'rain' },
    });
    const events = await gateway.store.events.after(0, 100);
    expect(events.map(({ type }) => type)).toContain('rails.missed');
  });

  test.each([
    ['no domain', { type: 't', payload: { intent_type: 'x' } }],
    ['a domain of two lines', { type: 't', payload: { domain: 'a\nb', intent_type: 'x' } }],
    ['steps of its own', { type: 't', payload: { domain: 'a', intent_type: 'b', steps: [] } }],
    ['no payload', { type: 't' }],
  ])('with %s is refused', async (_, body) => {
    expect((await ask('POST', '/madre/intent', body)).status).toBe(422);
  });
});

describe('a lane', () => {
  test('is created, replaced and deleted, and each change increments the version of the map', async () => {
    const before = (await ask('GET', '/madre/rails/lanes')).body.map_version;
    const made = await ask('PUT', '/madre/rails/lanes/disk_full', lane);
    expect(made).toMatchObject({ status: 200, body: { ...lane, map_version: before + 1 } });
    expect((await found('disk', 'full')).body.routing_decision.lane_id).toBe('disk_full');
    const task = { task_type: 'shell', code: 'df -h', ttl_seconds: 60 };
    const changed = await ask('PUT', '/madre/rails/lanes/disk_full', {
      ...lane,
      constraints: { task },
    });
    expect(changed.body).toMatchObject({ constraints: { task }, map_version: before + 2 });
    expect((await ask('DELETE', '/madre/rails/lanes/disk_full')).body).toEqual({
      lane_id: 'disk_full',
      deleted: true,
    });
    expect((await ask('DELETE', '/madre/rails/lanes/disk_full')).status).toBe(404);
    expect((await found('disk', 'full')).body.status).toBe('lane_missing');
  });

  test('cannot take the domain and type of another', async () => {
    const other = { ...lane, domain: 'structure', intent_type: 'fs_drift' };
    const { status, body } = await ask('PUT', '/madre/rails/lanes/mine', other);
    expect([status, body.error]).toEqual([409, 'lane_taken']);
  });

  test.each([
    ['an unknown escalation', { ...lane, escalation: 'run' }],
    ['an unknown constraint', { ...lane, constraints: { privileged: true } }],
  ])('with %s is refused', async (_, body) => {
    expect((await ask('PUT', '/madre/rails/lanes/x', body)).status).toBe(422);
  });
});

describe('a callback of a spawned task', () => {
  const keepTask = async (): Promise<string> => {
    const { view, spec } = aTask({ owner: 'admin' });
    await gateway.store.tasks.create(view, spec, []);
    return view.spawn_id;
  };
  let spawn_id: string;
  beforeAll(async () => void (spawn_id = await keepTask()));

  test('of an unknown task, or of another owner’s, is 404, and is not kept', async () => {
    const unknown = { spawn_id: 'spawn-00000000deadbeef', status: 'success' };
    expect(await ask('POST', '/madre/callback/spawn', unknown)).toMatchObject({
      status: 404,
      body: { error: 'spawn_not_found' },
    });
    const answer = await gateway.inject({
      method: 'POST',
      url: '/madre/callback/spawn',
      payload: { spawn_id, status: 'success' },
      headers: { 'x-vx11-token': await gateway.token('operator') },
    });
    expect(answer.statusCode).toBe(404);
    expect(await gateway.store.reports.list({ limit: 5 })).toEqual([]);
  });

  test('never blocks madre’s own report of the task', async () => {
    const { taskReport: spawnReport } = await import('../../../domain/tasks/task-report.ts');
    const id = await keepTask();
    await ask('POST', '/madre/callback/spawn', { spawn_id: id, status: 'success' });
    const own = (report_id: string) => {
      const step = { plan_id: 'plan-1', step_id: 's1', duration_ms: 5 };
      const about = { spawn_id: id, correlation_id: 'c', actor: 'madre', at: 9, report: step };
      const { report, events } = spawnReport({ ...about, report_id, status: 'failed' });
      return gateway.store.reports.add(report, events);
    };
    expect(await own('report-1')).toMatchObject({ added: true, report: { status: 'failed' } });
    expect(await own('report-2')).toMatchObject({ added: false });
    const later = await ask('POST', '/madre/callback/spawn', { spawn_id: id, status: 'success' });
    expect(later.body.status).toBe('error');
    expect(await gateway.store.reports.find('spawn', id)).toMatchObject({ report_id: 'report-1' });
  });

  test('is kept, once, with an event', async () => {
    const report = { spawn_id, correlation_id: 'c-9', status: 'success', result: { lines: 3 } };
    const first = await ask('POST', '/madre/callback/spawn', report);
    expect(first.body).toMatchObject({ status: 'stored', spawn_id, correlation_id: 'c-9' });
    expect((await ask('POST', '/madre/callback/spawn', report)).body.status).toBe('stored');
    const other = await ask('POST', '/madre/callback/spawn', { ...report, status: 'failed' });
    expect(other.body).toMatchObject({
      status: 'error',
      message: expect.stringContaining('success'),
    });
    expect(await gateway.store.reports.find('spawn', spawn_id)).toMatchObject({
      status: 'success',
      report: { result: { lines: 3 } },
    });
    const events = await gateway.store.events.after(0, 200);
    const reports = events.filter(
      ({ type, payload }) => type === 'spawn.reported' && payload['spawn_id'] === spawn_id,
    );
    expect(reports).toHaveLength(1);
  });

  test('of anything else is refused', async () => {
    const body = { spawn_id: 'window-0123456789abcdef', status: 'success' };
    expect((await ask('POST', '/madre/callback/spawn', body)).status).toBe(422);
  });
});

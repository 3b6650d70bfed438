import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRunView, SuiteSummary } from '../../../contracts/checks.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import type { Actor } from '../../../workflows/messages.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, type Gateway } from '../fixture.ts';

const suites: SuiteSummary[] = [
  { name: 'orders', kind: 'suite', declared: true, services: ['web'], checks: 3, problems: [] },
  { name: 'web', kind: 'service', declared: true, services: ['web'], checks: 1, problems: [] },
  {
    name: 'broken',
    kind: 'suite',
    declared: true,
    services: [],
    checks: 0,
    problems: ['x-vx11.suites.1: `load` is not supported'],
  },
];

const started: CheckRunView[] = [];
const cancelled: [string, Actor][] = [];
const away = connectTemporal('127.0.0.1:1', 'default');
const temporal = {
  ...away,
  startChecks: async (run: CheckRunView) => void started.push(run),
  cancelChecks: async (id: string, by: Actor) => void cancelled.push([id, by]),
  breaker: 'closed' as const,
};

let gateway: Gateway;
let headers: Record<string, string>;
async function seeded(change: Parameters<typeof startGateway>[0] = {}): Promise<Gateway> {
  const one = await startGateway(change);
  await one.store.services.saveCatalog({ ...catalog([aService('web')]), suites }, []);
  await beat(one.store);
  return one;
}
beforeAll(async () => {
  gateway = await seeded({ deps: { temporal } });
  headers = { 'x-vx11-token': await gateway.token('operator') };
});
afterAll(() => gateway.close());

const post = (payload: object, more: Record<string, string> = {}) =>
  gateway.inject({
    method: 'POST',
    url: '/vx11/checks',
    headers: { ...headers, ...more },
    payload,
  });
const get = (url: string) => gateway.inject({ method: 'GET', url, headers });

test('a run is stored, with its event, before its workflow starts', async () => {
  const answer = await post({ suite: 'orders', reason: 'why not', flaky: 'pass' });
  expect(answer.statusCode).toBe(202);
  const run = answer.json<CheckRunView>();
  expect(run).toMatchObject({
    suite: 'orders',
    services: ['web'],
    status: 'queued',
    flaky: 'pass',
  });
  expect(started.at(-1)!.run_id).toBe(run.run_id);
  const found = await get(`/vx11/checks/${run.run_id}`);
  expect(found.json()).toEqual({ run, results: [] });
  const events = await gateway.store.events.after(0, 100);
  expect(events.at(-1)).toMatchObject({ type: 'checks.queued', payload: { run_id: run.run_id } });
});

test('a repeat with the same key starts one run', async () => {
  const key = { 'idempotency-key': 'once' };
  const [first, second] = [await post({ suite: 'web' }, key), await post({ suite: 'web' }, key)];
  expect(second.json<CheckRunView>().run_id).toBe(first.json<CheckRunView>().run_id);
});

describe('nothing runs', () => {
  test('for an unknown suite, and the answer has the nearest name', async () => {
    const answer = await post({ suite: 'ordres' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      error: 'suite_not_found',
      detail: 'Nothing ran. There is no suite and no service ordres. Did you mean orders?',
    });
  });
  test('for a suite with a mistake, which is named', async () => {
    const answer = await post({ suite: 'broken' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json<{ detail: string }>().detail).toContain('`load` is not supported');
  });
  test('while Temporal is away, and the run says so', async () => {
    const lonely = await seeded();
    const own = { 'x-vx11-token': await lonely.token('operator') };
    const answer = await lonely.inject({
      method: 'POST',
      url: '/vx11/checks',
      headers: own,
      payload: { suite: 'web' },
    });
    expect(answer.statusCode).toBe(503);
    const { runs } = await lonely.store.checks.list({ limit: 10 });
    expect(runs).toMatchObject([{ status: 'error', cause: 'temporal_unavailable', exit_code: 2 }]);
    await lonely.close();
  });
});

test('runs are listed newest first, page by page', async () => {
  await post({ suite: 'web' });
  await post({ suite: 'web' });
  const first = (await get('/vx11/checks?suite=web&limit=1')).json<{
    runs: CheckRunView[];
    next_cursor: string;
  }>();
  const second = (
    await get(`/vx11/checks?suite=web&limit=1&cursor=${encodeURIComponent(first.next_cursor)}`)
  ).json<{ runs: CheckRunView[] }>();
  expect(second.runs[0]!.run_id).not.toBe(first.runs[0]!.run_id);
  expect((await get('/vx11/checks?status=passed')).json()).toEqual({ runs: [], next_cursor: null });
});

test('suites are listed with what is wrong with them', async () => {
  const listed = (await get('/vx11/checks/suites')).json<{ suites: SuiteSummary[] }>().suites;
  expect(listed.map(({ name, problems }) => [name, problems.length])).toEqual([
    ['orders', 0],
    ['web', 0],
    ['broken', 1],
  ]);
});

describe('a run is cancelled', () => {
  const cancel = async (token: string) => {
    const { run_id } = (await post({ suite: 'web' })).json<CheckRunView>();
    const url = `/vx11/checks/${run_id}`;
    cancelled.length = 0;
    const own = { 'x-vx11-token': token };
    return { run_id, answer: await gateway.inject({ method: 'DELETE', url, headers: own }) };
  };
  test('by its owner, whose name goes with the message', async () => {
    const { run_id, answer } = await cancel(headers['x-vx11-token']!);
    expect(answer.statusCode).toBe(202);
    expect(cancelled).toMatchObject([[run_id, { actor: 'a operator' }]]);
    expect(cancelled[0]![1].principal).toBe(
      (await gateway.store.checks.ownerOf(run_id))!.principal,
    );
  });
  test('by an admin', async () => {
    const { answer } = await cancel(await gateway.token('admin'));
    expect(answer.statusCode).toBe(202);
    expect(cancelled).toMatchObject([[expect.any(String), { actor: 'a admin' }]]);
  });
  test('by nobody else, not even by a token of the same name', async () => {
    const { answer } = await cancel(await gateway.token('operator'));
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'run_not_found' });
    expect(cancelled).toEqual([]);
  });
});

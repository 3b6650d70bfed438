import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { MadreRevertCall } from '../../../contracts/chat.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { queuedRun } from '../../../domain/checks/queued-run.ts';
import { planned } from '../../../activities/checks/planned.ts';
import { settleSuite } from '../../../domain/checks/read-suites.ts';
import { patchExample } from '../../../gateway/repair/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { planExample } from '../../../gateway/plans/examples.ts';
import type { Actor } from '../../../workflows/messages.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, type Gateway } from '../fixture.ts';

const started: RepairView[] = [];
const cancelled: [string, Actor][] = [];
const reverted: MadreRevertCall[] = [];
const away = connectTemporal('127.0.0.1:1', 'default');
const temporal = {
  ...away,
  startRepair: async (repair: RepairView) => void started.push(repair),
  cancelRepair: async (id: string, by: Actor) => void cancelled.push([id, by]),
  breaker: 'closed' as const,
};

let gateway: Gateway;
let headers: Record<string, string>;
async function seeded(change: Parameters<typeof startGateway>[0] = {}): Promise<Gateway> {
  const one = await startGateway(change);
  await one.store.services.saveCatalog(catalog([aService('web')]), []);
  await beat(one.store);
  return one;
}
beforeAll(async () => {
  gateway = await seeded({ deps: { temporal } });
  headers = { 'x-vx11-token': await gateway.token('operator') };
});
afterAll(() => gateway.close());

const [check] = planned([
  settleSuite(
    [{ name: 'web', checks: undefined, one_shot: false, has_healthcheck: false, implied: true }],
    1,
  ),
]);

/** Stores a run that has ended. */
async function ran(run_id: string, change: Partial<CheckRunView>, on = gateway): Promise<void> {
  const view = queuedRun(
    {
      run_id,
      suite: 'web',
      services: ['web'],
      host: 'box',
      owner: 'ana',
      trigger: 'api',
      reason: null,
      correlation_id: 'c-1',
      open: 'window',
      flaky: 'fail',
    },
    Date.now(),
  );
  const ended = { ...view, finished_at: view.created_at, ...change };
  await on.store.checks.create(ended, [], null);
  const status = (change.counts?.failed ?? 0) > 0 ? 'failed' : 'passed';
  await on.store.checks.plan(run_id, [{ ...check!, status }]);
}
const red = { status: 'failed', counts: { failed: 1 } } as const;
const green = { status: 'passed', counts: { passed: 1 } } as const;

const post = (payload: object, more: Record<string, string> = {}) =>
  gateway.inject({
    method: 'POST',
    url: '/vx11/repairs',
    headers: { ...headers, ...more },
    payload,
  });
const get = (url: string) => gateway.inject({ method: 'GET', url, headers });

describe('nothing is repaired', () => {
  test('before a run of checks has ended', async () => {
    const answer = await post({});
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ error: 'nothing_red' });
  });
  test('if the newest run is green, whatever came before', async () => {
    await ran('run-00000000000000a1', red);
    await ran('run-00000000000000a2', green);
    expect((await post({})).json()).toMatchObject({
      error: 'nothing_red',
      detail: 'run-00000000000000a2 ended passed; nothing has to be repaired.',
    });
  });
  test('for an unknown run', async () => {
    const answer = await post({ run_id: 'run-00000000000000ff' });
    expect(answer.json()).toMatchObject({ error: 'run_not_found' });
  });
  test('while Temporal is away, and the repair says so', async () => {
    const lonely = await seeded();
    await ran('run-00000000000000b1', red, lonely);
    const own = { 'x-vx11-token': await lonely.token('operator') };
    const url = '/vx11/repairs';
    const answer = await lonely.inject({ method: 'POST', url, headers: own, payload: {} });
    expect(answer.statusCode).toBe(503);
    const { repairs } = await lonely.store.repairs.list({ limit: 10 });
    expect(repairs).toMatchObject([
      { status: 'error', cause: 'temporal_unavailable', exit_code: 2 },
    ]);
    await lonely.close();
  });
});

test('a red run is repaired: the repair is stored with its red checks before its workflow starts', async () => {
  await ran('run-00000000000000a3', red);
  const answer = await post({ cycles: 2, reason: 'why not' });
  expect(answer.statusCode).toBe(202);
  const repair = answer.json<RepairView>();
  expect(repair).toMatchObject({
    run_id: 'run-00000000000000a3',
    status: 'queued',
    red: ['settle/web settles'],
    cycles: 2,
    dry_run: false,
  });
  expect(started.at(-1)!.repair_id).toBe(repair.repair_id);
  const found = await get(`/vx11/repairs/${repair.repair_id}`);
  expect(found.json()).toEqual({ repair, candidates: [] });
  const events = await gateway.store.events.after(0, 100);
  expect(events.at(-1)).toMatchObject({
    type: 'repair.queued',
    payload: { repair_id: repair.repair_id, red: repair.red },
  });
});

test('a repeat with the same key starts one repair', async () => {
  const key = { 'idempotency-key': 'once' };
  const [first, second] = [await post({}, key), await post({}, key)];
  expect(second.json<RepairView>().repair_id).toBe(first.json<RepairView>().repair_id);
});

test('repairs are listed newest first, by status', async () => {
  const { repairs } = (await get('/vx11/repairs?status=queued')).json<{ repairs: RepairView[] }>();
  expect(repairs.length).toBeGreaterThan(0);
  expect((await get('/vx11/repairs?status=repaired')).json()).toEqual({
    repairs: [],
    next_cursor: null,
  });
});

describe('a repair is cancelled', () => {
  const cancel = async (id: string, token: string) =>
    gateway.inject({
      method: 'DELETE',
      url: `/vx11/repairs/${id}`,
      headers: { 'x-vx11-token': token },
    });
  test('by its owner and by an admin, and is unknown to everybody else', async () => {
    const { repair_id } = (await post({})).json<RepairView>();
    expect((await cancel(repair_id, await gateway.token('operator'))).statusCode).toBe(404);
    expect(cancelled).toEqual([]);
    expect((await cancel(repair_id, headers['x-vx11-token']!)).statusCode).toBe(202);
    expect((await cancel(repair_id, await gateway.token('admin'))).statusCode).toBe(202);
    expect(cancelled.map(([id]) => id)).toEqual([repair_id, repair_id]);
  });
});

describe('patches', () => {
  test('are listed and shown, and one that is unknown says so', async () => {
    await gateway.store.patches.create(patchExample, []);
    expect((await get('/vx11/patches')).json()).toEqual({
      patches: [patchExample],
      next_cursor: null,
    });
    expect((await get(`/vx11/patches/${patchExample.patch_id}`)).json()).toEqual(patchExample);
    expect((await get('/vx11/patches/patch-00000000000000ff')).json()).toMatchObject({
      error: 'patch_not_found',
    });
  });

  test('are taken back by a plan that madre makes', async () => {
    const madre = {
      revert: async (call: MadreRevertCall) => {
        reverted.push(call);
        return { plan: planExample, confirm_token: null };
      },
    };
    const one = await seeded({ deps: { temporal, madre: madre as never } });
    await one.store.patches.create(patchExample, []);
    const key = { 'idempotency-key': 'r-1', 'x-vx11-token': await one.token('operator') };
    const ask = () =>
      one.inject({
        method: 'POST',
        url: `/vx11/patches/${patchExample.patch_id}/revert`,
        headers: key,
      });
    expect((await ask()).json()).toEqual({ plan: planExample, confirm_token: null });
    // a repeat makes no second plan
    expect((await ask()).json()).toEqual({ plan: planExample });
    expect(reverted).toMatchObject([{ patch_id: patchExample.patch_id, scope: 'operator' }]);
    await one.close();
  });
});

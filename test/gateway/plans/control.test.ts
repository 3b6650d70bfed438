import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { control as controlOfMadre } from '../../../activities/plans/control.ts';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { newId } from '../../../contracts/ids.ts';
import type { Store } from '../../../store/index.ts';
import { view } from '../fixture.ts';
import { startPlanFixture, type PlanFixture } from './plan-fixture.ts';
import { noChecks, noRepairs } from '../../activities/plans/no-checks.ts';

let fixture: PlanFixture;
beforeAll(async () => {
  fixture = await startPlanFixture();
});
afterAll(() => fixture.close());

describe('control', () => {
  /** A plan to stop web that waits, as madre stores it. */
  const stopOfWeb = async (host: string | null = null) => {
    const { plan, token } = await fixture.waiting({
      source: 'control',
      intent_id: newId('intent'),
      targets: ['web'],
      action: 'stop',
    });
    const { intent_id, correlation_id } = plan;
    const payload = { target: 'web', action: 'stop', host, ttl_seconds: null, reason: null };
    const by = { actor: 'ada', source: 'control', session_id: null } as const;
    await fixture.store.intents.append(
      { intent_id: intent_id!, at: 1, correlation_id, payload, ...by },
      [],
    );
    const control = (confirm_token: string, change: object = {}) =>
      fixture.post('/madre/control', { target: 'web', action: 'stop', confirm_token, ...change });
    return { plan, token, control };
  };

  test('of a plan that waits takes its token, and no other', async () => {
    const { plan, token, control } = await stopOfWeb();
    expect((await control('anything')).body).toMatchObject({ status: 'denied', plan_id: null });
    expect((await control('A'.repeat(22))).body).toMatchObject({ status: 'denied' });
    expect((await control(token)).body).toMatchObject({
      status: 'accepted',
      plan_id: plan.plan_id,
    });
    expect((await control(token)).body).toMatchObject({ status: 'denied' });
  });

  test.each([
    ['another target', { target: 'db' }],
    ['another action', { action: 'status' }],
    ['a host that was not named', { params: { host: 'nas' } }],
    ['another time', { params: { ttl_seconds: 60 } }],
  ])('with the token of another call, %s, is refused and confirms nothing', async (_, change) => {
    const { plan, token, control } = await stopOfWeb();
    const answer = await control(token, change);
    expect([answer.status, answer.body.error]).toEqual([403, 'wrong_confirm_token']);
    expect((await fixture.store.plans.find(plan.plan_id))!.status).toBe('WAITING');
  });

  test('with the token of a plan that a chat made is refused', async () => {
    const { token } = await fixture.waiting({ targets: ['web'], action: 'stop' });
    const { control } = await stopOfWeb();
    expect((await control(token)).status).toBe(403);
  });

  test('finds a plan that waits behind a thousand others', async () => {
    const { plan, token, control } = await stopOfWeb('box');
    for (let n = 0; n < 1001; n += 1) {
      const created_at = new Date(Date.now() + 1000).toISOString();
      await fixture.store.plans.insert(
        { ...plan, plan_id: newId('plan'), created_at, steps: [] },
        { confirm_hash: 'f'.repeat(64), lookup_hash: null },
        [],
      );
    }
    expect((await control(token, { params: { host: 'box' } })).body).toMatchObject({
      status: 'accepted',
      plan_id: plan.plan_id,
    });
  });

  test('while madre is down is 503', async () => {
    const answer = await fixture.post('/madre/control', { target: 'web', action: 'stop' });
    expect([answer.status, answer.body.error]).toEqual([503, 'madre_unavailable']);
  });
});

describe('a control call by window or as a dry run', () => {
  const madreOver = async () => {
    let store: Store;
    const deps = (): PlanDeps => ({
      store,
      clock: Date.now,
      log: pino({ level: 'silent' }),
      runs: () => ({ start: async () => undefined }) as unknown as PlanRuns,
      spawner: null,
      checks: noChecks,
      repairs: noRepairs,
      patches: null,
      roles: {},
    });
    const planning = await startPlanFixture({
      madre: { control: (call) => controlOfMadre(deps(), call) },
    });
    store = planning.store;
    onTestFinished(() => planning.close());
    return planning;
  };

  test('closes someone else’s window only once it is confirmed, for the same window', async () => {
    const planning = await madreOver();
    const [mine, other] = [view(), view({ target: 'db' })];
    for (const one of [mine, other]) await planning.store.windows.request(one, [], 'token-x');
    const asked = { window_id: mine.window_id, action: 'close' };
    const { body } = await planning.post('/madre/control', asked);
    expect(body).toMatchObject({
      status: 'pending_confirmation',
      reason: expect.stringContaining(`${mine.window_id} of a operator`),
    });
    const { confirm_token } = body;
    const elsewhere = { window_id: other.window_id, action: 'close', confirm_token };
    expect((await planning.post('/madre/control', elsewhere)).status).toBe(403);
    expect((await planning.post('/madre/control', { ...asked, confirm_token })).body).toMatchObject(
      {
        status: 'accepted',
        plan_id: body.plan_id,
      },
    );
  });

  test('as a dry run shows the plan and leaves nothing behind', async () => {
    const planning = await madreOver();
    const dry = { target: 'web', action: 'stop', dry_run: true };
    const { body } = await planning.post('/madre/control', dry);
    expect(body).toMatchObject({
      status: 'dry_run',
      plan_id: null,
      plan: { status: 'WAITING', risk: 'HIGH', steps: [{ type: 'CLOSE_WINDOW' }] },
    });
    expect(body).not.toHaveProperty('confirm_token');
    expect((await planning.get('/madre/plans')).body.plans).toEqual([]);
    const refused = await planning.post('/madre/control', { ...dry, target: 'nope' });
    expect(refused.body).toMatchObject({ status: 'denied', plan_id: null });
  });

  test.each([
    { action: 'close' },
    { action: 'close', target: 'web', window_id: 'window-00000001' },
    { action: 'stop', target: 'web', dry_run: true, confirm_token: 'x' },
  ])('%o is 422', async (body) => {
    expect((await fixture.post('/madre/control', body)).status).toBe(422);
  });
});

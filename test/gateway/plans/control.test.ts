import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { startPlanStage, type PlanStage } from './plan-fixture.ts';

let fixture: PlanStage;
beforeAll(async () => {
  fixture = await startPlanStage();
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

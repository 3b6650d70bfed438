import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { minute } from '../../domain/samples.ts';
import { aStep } from '../../domain/plans/plan-samples.ts';
import { startPlanFixture, type PlanFixture } from './plan-fixture.ts';

let fixture: PlanFixture;
beforeAll(async () => void (fixture = await startPlanFixture()));
afterAll(() => fixture.close());

const confirm = (id: string, confirm_token: string, token?: string) =>
  fixture.post(`/madre/plans/${id}/confirm`, { confirm_token }, token);
const refusal = ({ status, body }: { status: number; body: { error: string } }) => [
  status,
  body.error,
];
const past = () => ({
  quorum: 1,
  no_self_approval: false,
  approvals: [],
  expires_at: new Date(Date.now() - minute).toISOString(),
});

test('plans are filtered by who asked, by risk and by where they came from', async () => {
  const made = [
    await fixture.waiting({ actor: 'zoe', risk: 'HIGH' }),
    await fixture.waiting({ actor: 'zoe', risk: 'MED', source: 'mcp' }),
    await fixture.waiting({ actor: 'yan', risk: 'HIGH' }),
  ].map(({ plan }) => plan.plan_id);
  const found = async (query: string) =>
    (await fixture.get(`/madre/plans?${query}`)).body.plans
      .map(({ plan_id }: { plan_id: string }) => made.indexOf(plan_id))
      .filter((nth: number) => nth >= 0);
  expect(new Set(await found('actor=zoe'))).toEqual(new Set([0, 1]));
  expect(await found('actor=zoe&risk=HIGH&status=WAITING')).toEqual([0]);
  expect(new Set(await found('risk=HIGH&limit=200'))).toEqual(new Set([0, 2]));
  expect(await found('source=mcp&limit=200')).toEqual([1]);
  expect((await fixture.get('/madre/plans?risk=SOME')).status).toBe(422);
});

describe('a plan that waits', () => {
  test('is listed with its exact steps, and never with its token', async () => {
    const { plan, token } = await fixture.waiting();
    const { body } = await fixture.get('/madre/plans?status=WAITING&limit=200');
    expect(body.plans.map(({ plan_id }: { plan_id: string }) => plan_id)).toContain(plan.plan_id);
    expect(JSON.stringify(body)).not.toContain(token);
    expect((await fixture.get(`/madre/plans/${plan.plan_id}`)).body).toEqual(plan);
    expect(refusal(await fixture.get('/madre/plans/plan-00000000deadbeef'))).toEqual([
      404,
      'plan_not_found',
    ]);
    expect((await fixture.get('/madre/plans?status=NOPE')).status).toBe(422);
    expect((await fixture.get('/madre/plans?cursor=x')).status).toBe(422);
  });

  test('B45: is confirmed once; a wrong or foreign token is 403, a used one 409', async () => {
    const { plan, token } = await fixture.waiting();
    const foreign = await fixture.waiting();
    expect(refusal(await confirm(plan.plan_id, 'A'.repeat(22)))).toEqual([
      403,
      'wrong_confirm_token',
    ]);
    expect(refusal(await confirm(plan.plan_id, foreign.token))).toEqual([
      403,
      'wrong_confirm_token',
    ]);
    expect((await confirm(plan.plan_id, 'short')).status).toBe(422);
    const { status, body } = await confirm(plan.plan_id, token);
    expect([status, body]).toEqual([
      200,
      { status: 'confirmed', plan_id: plan.plan_id, approvals: 1, quorum: 1 },
    ]);
    expect(refusal(await confirm(plan.plan_id, token))).toEqual([409, 'confirm_token_used']);
    expect(refusal(await confirm(plan.plan_id, foreign.token))).toEqual([
      403,
      'wrong_confirm_token',
    ]);
    expect(refusal(await confirm('plan-00000000deadbeef', token))).toEqual([404, 'plan_not_found']);
  });

  test('B45: is 400 if it needs no confirmation, and 409 once it has expired', async () => {
    const { plan } = await fixture.waiting({ status: 'DONE', confirmation: null, risk: 'LOW' });
    expect(refusal(await confirm(plan.plan_id, 'A'.repeat(22)))).toEqual([
      400,
      'nothing_to_confirm',
    ]);
    const late = await fixture.waiting({ confirmation: past() });
    expect(refusal(await confirm(late.plan.plan_id, late.token))).toEqual([
      409,
      'confirm_token_expired',
    ]);
    const expired = await fixture.waiting({
      status: 'REJECTED',
      ended_by: 'madre',
      finished_at: new Date().toISOString(),
      confirmation: past(),
    });
    expect(refusal(await confirm(expired.plan.plan_id, expired.token))).toEqual([
      409,
      'confirm_token_expired',
    ]);
  });

  test('that a person rejected in time counts as decided, even if an older token has the name madre', async () => {
    const { plan, token } = await fixture.waiting({
      status: 'REJECTED',
      ended_by: 'madre',
      finished_at: new Date(Date.parse(past().expires_at) - 60_000).toISOString(),
      confirmation: past(),
    });
    expect(refusal(await confirm(plan.plan_id, token))).toEqual([409, 'confirm_token_used']);
  });

  test('B46: that was edited since it was shown is 409 plan_changed', async () => {
    const { plan, token } = await fixture.waiting();
    await fixture.store.plans.change(plan.plan_id, (known) => ({
      plan: { ...known, steps: [aStep({ params: { message: 'something else' } })] },
      events: [],
    }));
    expect(refusal(await confirm(plan.plan_id, token))).toEqual([409, 'plan_changed']);
    expect((await fixture.get(`/madre/plans/${plan.plan_id}`)).body.status).toBe('WAITING');
  });

  test('is confirmed once by a double click, or by ten at once', async () => {
    const { plan, token } = await fixture.waiting();
    const before = fixture.said.length;
    const clicks = await Promise.all(
      Array.from({ length: 10 }, () => confirm(plan.plan_id, token)),
    );
    const codes = clicks.map(({ status }) => status);
    expect(codes).toContain(200);
    expect(codes.every((code) => code === 200 || code === 409)).toBe(true);
    expect(fixture.said.length - before).toBe(1);
  });

  test('waits for as many people as its quorum, and does not count its requester', async () => {
    const [ada, bea] = ['ada', 'bea'];
    const tokens = Object.fromEntries(
      await Promise.all([ada, bea, 'cid'].map(async (name) => [name, await named(name)])),
    ) as Record<string, string>;
    const rule = {
      quorum: 2,
      no_self_approval: true,
      approvals: [],
      expires_at: new Date(Date.now() + minute).toISOString(),
    };
    const { plan, token } = await fixture.waiting({ actor: ada, confirmation: rule });
    expect(refusal(await confirm(plan.plan_id, token, tokens[ada]))).toEqual([
      403,
      'self_approval',
    ]);
    const first = await confirm(plan.plan_id, token, tokens[bea]);
    expect(first.body).toMatchObject({ status: 'waiting', approvals: 1, quorum: 2 });
    expect((await confirm(plan.plan_id, token, tokens[bea])).body).toMatchObject({ approvals: 1 });
    expect((await confirm(plan.plan_id, token, tokens.cid)).body).toMatchObject({
      status: 'confirmed',
      approvals: 2,
    });
  });

  test('gives a new token to a caller that saw its current steps, and voids the old one', async () => {
    const { plan, token } = await fixture.waiting();
    const renew = (plan_hash: string) =>
      fixture.post(`/madre/plans/${plan.plan_id}/token`, { plan_hash });
    expect(refusal(await renew('0'.repeat(64)))).toEqual([409, 'plan_changed']);
    const { body } = await renew(plan.plan_hash);
    const events = await fixture.store.events.after(0, 1000);
    expect(events.filter(({ type }) => type === 'plan.token_renewed')).toMatchObject([
      { actor: 'a operator', payload: { plan_id: plan.plan_id } },
    ]);
    expect(body.confirm_token).toMatch(/^[\w-]{22}$/);
    expect(refusal(await confirm(plan.plan_id, token))).toEqual([403, 'wrong_confirm_token']);
    expect((await confirm(plan.plan_id, body.confirm_token)).status).toBe(200);
    expect(refusal(await renew(plan.plan_hash))).toEqual([409, 'confirm_token_used']);
  });

  test('is rejected or cancelled once', async () => {
    const { plan, token } = await fixture.waiting();
    const answer = await fixture.post(`/madre/plans/${plan.plan_id}/reject`, { reason: 'no' });
    expect(answer.body).toEqual({ status: 'rejected', plan_id: plan.plan_id });
    expect((await fixture.get(`/madre/plans/${plan.plan_id}`)).body).toMatchObject({
      status: 'REJECTED',
      error: { detail: 'no' },
    });
    expect(refusal(await fixture.post(`/madre/plans/${plan.plan_id}/reject`, {}))).toEqual([
      409,
      'confirm_token_used',
    ]);
    expect(refusal(await confirm(plan.plan_id, token))).toEqual([409, 'confirm_token_used']);
    expect(refusal(await fixture.post(`/madre/plans/${plan.plan_id}/cancel`, {}))).toEqual([
      409,
      'plan_ended',
    ]);
    const second = await fixture.waiting();
    const cancel = () => fixture.post(`/madre/plans/${second.plan.plan_id}/cancel`, {});
    expect((await cancel()).body).toEqual({ status: 'cancelled', plan_id: second.plan.plan_id });
    expect((await cancel()).status).toBe(200);
  });

  test('shows its token nowhere: not in the store, not in the log, not in its events', async () => {
    const { plan, token } = await fixture.waiting();
    await confirm(plan.plan_id, token);
    const events = await fixture.store.events.after(0, 1e6);
    const all = JSON.stringify([
      events,
      await fixture.store.plans.find(plan.plan_id),
      await fixture.store.plans.confirmHash(plan.plan_id),
      fixture.log,
    ]);
    expect(all).not.toContain(token);
  });
});

async function named(name: string): Promise<string> {
  const { newToken } = await import('../../../gateway/tokens/token-text.ts');
  const { id, text, secretHash } = newToken();
  const dates = { created_at: 0, expires_at: null, revoked_at: null, last_used_at: null };
  await fixture.store.tokens.create(
    { id, name, scope: 'operator', secret_hash: secretHash, ...dates },
    [],
  );
  return text;
}

test('an intent that got no turn is found with its state, and does not stay queued for ever', async () => {
  const said = { source: 'chat' as const, actor: 'a', session_id: 'desk' };
  await fixture.store.intents.append(
    {
      ...said,
      intent_id: 'intent-00000010',
      at: 1,
      correlation_id: 'no-turn',
      payload: { text: 'open web', refused: 'session_busy' },
    },
    [],
  );
  const { body } = await fixture.get('/vx11/result/no-turn');
  expect(body).toMatchObject({ status: 'ERROR', error: 'session_busy' });
});

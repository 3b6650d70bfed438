import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlanDeps } from '../../../activities/plans/ports.ts';
import { propose, proposePlan, type Proposal } from '../../../activities/plans/propose.ts';
import type { PlanView, StepDraft } from '../../../contracts/plan.ts';
import { mostWaiting, rejectedForMs } from '../../../store/plans/asks.ts';
import { anIntent } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
let deps: PlanDeps;
beforeEach(async () => {
  fixture = await startPlans();
  ({ deps } = fixture);
});
afterEach(() => fixture.close());

const agent = {
  source: 'mcp',
  actor: 'claude@ada',
  principal: 'token-00000001',
  scope: 'agent',
  correlation_id: 'c-1',
} as const;
const open = (services: string[], ttl_seconds = 600, reason = 'to look at it'): StepDraft => ({
  type: 'OPEN_WINDOW',
  params: {
    window_id: 'window-00000000',
    kind: 'target',
    host: 'box',
    services,
    mode: 'ttl',
    ttl_seconds,
    reason,
  },
});
const ask = (steps: StepDraft[], change: Partial<Proposal> = {}): Promise<PlanView> =>
  proposePlan(deps, { ...agent, steps, reason: 'to look at it', ...change });
const end = (id: string, status: PlanView['status'], by: string): Promise<unknown> =>
  deps.store.plans.change(id, (plan) => {
    const finished_at = new Date(fixture.now).toISOString();
    return { plan: { ...plan, status, ended_by: by, finished_at }, events: [] };
  });

describe('what an agent asks for', () => {
  test('waits also at LOW risk, for another person, and the agent gets no confirm token', async () => {
    const { plan, confirm_token } = await propose(deps, {
      ...agent,
      steps: [open(['web'])],
      reason: null,
    });
    expect(plan).toMatchObject({
      risk: 'LOW',
      status: 'WAITING',
      confirmation: { no_self_approval: true, quorum: 1 },
    });
    expect(confirm_token).toBeNull();
    expect(await deps.store.plans.confirmHash(plan.plan_id)).toBeNull();
    expect(fixture.started).toEqual([plan.plan_id]);
  });

  test('in words waits too, and a read is answered at once', async () => {
    const said = (text: string): Promise<PlanView> =>
      proposePlan(deps, { ...agent, intent: anIntent(text), reason: null });
    expect(await said('open web')).toMatchObject({ status: 'WAITING', risk: 'LOW' });
    expect(await said('restart web')).toMatchObject({
      status: 'WAITING',
      confirmation: { no_self_approval: true },
    });
    expect(await said('status of web')).toMatchObject({ status: 'DONE' });
  });

  test('is asked for once while it waits, whatever the reason, by ten callers at once', async () => {
    const plans = await Promise.all(
      Array.from({ length: 10 }, (_, n) => ask([open(['web'], 600, `reason number ${n}`)])),
    );
    expect(new Set(plans.map(({ plan_id }) => plan_id)).size).toBe(1);
    expect(await deps.store.plans.counts()).toEqual({ WAITING: 1 });
    expect((await ask([open(['web'], 601)])).plan_id).not.toBe(plans[0]!.plan_id);
  });

  test('by another agent is another plan', async () => {
    const one = await ask([open(['web'])]);
    const other = await ask([open(['web'])], { principal: 'token-00000002' });
    expect(other.plan_id).not.toBe(one.plan_id);
  });

  test(`is refused once ${mostWaiting} plans of this agent wait, until one has ended`, async () => {
    const waiting = [];
    for (let n = 0; n < mostWaiting; n += 1) waiting.push(await ask([open(['web'], 600 + n)]));
    const refused = await ask([open(['db'])], { plan_id: 'plan-00000001' });
    expect(refused).toMatchObject({ status: 'ERROR', error: { code: 'too_many_waiting' } });
    expect(refused.error!.detail).toContain(waiting[0]!.plan_id);
    await end(waiting[0]!.plan_id, 'CANCELLED', 'claude@ada');
    expect(await ask([open(['db'])], { plan_id: 'plan-00000001' })).toMatchObject({
      plan_id: 'plan-00000001',
      status: 'WAITING',
    });
  });

  test('is not asked again for 10 minutes after a person rejected it', async () => {
    const first = await ask([open(['web'])]);
    await end(first.plan_id, 'REJECTED', 'ben');
    expect(await ask([open(['web'], 600, 'but I need it')])).toMatchObject({
      status: 'ERROR',
      error: { code: 'recently_rejected' },
    });
    fixture.now += rejectedForMs;
    expect((await ask([open(['web'])])).status).toBe('WAITING');
  });

  test('may be asked again if nobody decided in time', async () => {
    const first = await ask([open(['web'])]);
    await end(first.plan_id, 'REJECTED', 'madre');
    expect((await ask([open(['web'])])).status).toBe('WAITING');
  });

  test('can never be a hold', async () => {
    const step = open(['web']) as Extract<StepDraft, { type: 'OPEN_WINDOW' }>;
    const hold: StepDraft = {
      ...step,
      params: { ...step.params, mode: 'hold', ttl_seconds: null },
    };
    expect(await ask([hold])).toMatchObject({ status: 'ERROR', error: { code: 'scope' } });
  });
});

import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlanActivities } from '../../../activities/plans/create-activities.ts';
import type { ChecksPort } from '../../../activities/plans/ports.ts';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { PlanStep } from '../../../contracts/plan.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let plans: PlanFixture;
/** What the run's workflow writes once it is started. */
let outcome: Partial<CheckRunView>;
let started: string[];
let cancelled: [string, string][];
beforeEach(async () => {
  plans = await startPlans();
  outcome = { status: 'passed', exit_code: 0, score: 1, counts: { passed: 1 } };
  started = [];
  cancelled = [];
});
afterEach(() => plans.close());

const checks: ChecksPort = {
  async startChecks({ run_id }) {
    started.push(run_id);
    if (outcome.status === 'running') return;
    await plans.store.checks.change(run_id, (view) => ({
      view: { ...view, ...outcome, finished_at: view.created_at },
      events: [],
    }));
  },
  async cancelChecks(id, { actor }) {
    cancelled.push([id, actor]);
    return true;
  },
};
const activities = () => createPlanActivities({ ...plans.deps, checks: () => checks });

const run_id = 'run-00000000000000aa01';
const params = {
  run_id,
  host: 'box',
  suite: 'orders',
  services: ['web'],
  wakes: ['web'],
  reason: 'release',
};
async function planOf(step: PlanStep = aStep({ type: 'RUN_CHECKS', params })) {
  const { steps: _, ...plan } = aPlan({ status: 'PENDING', steps: [step], confirmation: null });
  await plans.store.plans.insert({ ...plan, steps: [step] }, null, [], 'token-1');
  return { plan, step };
}
const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);

test('the step stores the run of its plan, starts its workflow, and ends with it', async () => {
  const input = await planOf();
  const end = await run(activities().runStep, input);
  expect(end).toMatchObject({
    status: 'DONE',
    result: {
      run_id,
      status: 'passed',
      exit_code: 0,
      verdict: 'orders: passed · 1 of 0 passed · score 100 %',
    },
  });
  expect(started).toEqual([run_id]);
  expect(await plans.store.checks.find(run_id)).toMatchObject({
    trigger: 'plan',
    open: 'window',
    owner: input.plan.actor,
    suite: 'orders',
    reason: 'release',
  });
  expect(await plans.store.checks.ownerOf(run_id)).toMatchObject({ principal: 'token-1' });
});

test.each<[CheckRunView['status'], number]>([
  ['failed', 1],
  ['flaky', 1],
  ['inconclusive', 2],
  ['cancelled', 2],
])('a run that is %s fails the step, with the reason', async (status, exit_code) => {
  outcome = { status, exit_code, detail: 'orders/read: [STATUS] (404) == 200' };
  const end = await run(activities().runStep, await planOf());
  expect(end).toMatchObject({
    status: 'ERROR',
    error: { code: `checks_${status}`, detail: expect.stringContaining('(404)') as string },
  });
});

test('a step that is tried again after a crash waits for the same run', async () => {
  const input = await planOf();
  outcome = { status: 'running' };
  const environment = new MockActivityEnvironment();
  const first = environment.run(activities().runStep, input);
  await expect.poll(() => started.length).toBe(1);
  environment.cancel();
  await first.catch(() => undefined);
  outcome = { status: 'passed', exit_code: 0 };
  expect((await run(activities().runStep, input)).status).toBe('DONE');
  const { runs } = await plans.store.checks.list({ limit: 10 });
  expect(runs.map((one) => one.run_id)).toEqual([run_id]);
});

describe('undoing the step', () => {
  test('ends a run that still runs', async () => {
    const input = await planOf();
    outcome = { status: 'running' };
    const environment = new MockActivityEnvironment();
    const first = environment.run(activities().runStep, input);
    await expect.poll(() => started.length).toBe(1);
    environment.cancel();
    await first.catch(() => undefined);
    expect((await run(activities().undoStep, input)).status).toBe('UNDONE');
    expect(cancelled).toEqual([[run_id, input.plan.actor]]);
  });
  test('leaves a run that has ended', async () => {
    const input = await planOf();
    await run(activities().runStep, input);
    expect((await run(activities().undoStep, input)).status).toBe('DONE');
    expect(cancelled).toEqual([]);
  });
});

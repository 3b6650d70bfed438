import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlanActivities } from '../../../activities/plans/create-activities.ts';
import type { RepairsPort } from '../../../activities/plans/ports.ts';
import { proposePlan } from '../../../activities/plans/propose.ts';
import type { PlanStep } from '../../../contracts/plan.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { aRun } from '../checks/a-run.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let plans: PlanFixture;
/** What the repair's workflow writes once it is started. */
let outcome: Pick<RepairView, 'status' | 'detail'>;
let started: RepairView[];
let cancelled: string[];
const run_id = 'run-00000000000000aa';
const repair_id = 'repair-00000000000000aa01';
const params = { repair_id, host: 'box', run_id, suite: 'orders' };
beforeEach(async () => {
  plans = await startPlans();
  outcome = { status: 'repaired', detail: null };
  started = [];
  cancelled = [];
  await plans.store.checks.create(aRun({ run_id, suite: 'orders', host: 'box' }), [], null);
});
afterEach(() => plans.close());

const repairs: RepairsPort = {
  async startRepair(repair) {
    started.push(repair);
    await plans.store.repairs.change(repair.repair_id, (view) => ({
      view: { ...view, ...outcome, finished_at: view.created_at },
      events: [],
    }));
  },
  async cancelRepair(id) {
    cancelled.push(id);
    return true;
  },
};
const activities = () => createPlanActivities({ ...plans.deps, repairs: () => repairs });
async function planOf(step: PlanStep = aStep({ type: 'START_REPAIR', params })) {
  const { steps: _, ...plan } = aPlan({
    actor: 'autonomy',
    status: 'PENDING',
    steps: [step],
    confirmation: null,
  });
  await plans.store.plans.insert({ ...plan, steps: [step] }, null, [], null);
  return { plan, step };
}
const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);

test('a plan that begins a repair is of low risk, as it changes no file, and its id is its own', async () => {
  const plan = await proposePlan(plans.deps, {
    source: 'autonomous',
    plan_id: 'plan-00000000000000aa',
    actor: 'autonomy',
    steps: [{ type: 'START_REPAIR', params: { ...params, repair_id: 'repair-00000000' } }],
    reason: 'orders/read failed in the last 2 runs of orders',
    correlation_id: 'c-1',
  });
  expect(plan).toMatchObject({ status: 'PENDING', risk: 'LOW', steps: [{ params }] });
  expect(plan.steps[0]!.effect).toContain('a patch waits for a person');
});

describe('the step', () => {
  test('begins a repair in the name of the loop, and ends with it', async () => {
    const input = await planOf();
    expect(await run(activities().runStep, input)).toMatchObject({
      status: 'DONE',
      result: { repair_id, status: 'repaired' },
    });
    expect(started).toMatchObject([{ repair_id, run_id, trigger: 'autonomy', owner: 'autonomy' }]);
  });
  test.each(['rejected', 'no_candidate', 'rolled_back', 'gave_up'] as const)(
    'fails with the reason if the repair ends %s',
    async (status) => {
      outcome = { status, detail: 'Nobody knows.' };
      expect(await run(activities().runStep, await planOf())).toMatchObject({
        status: 'ERROR',
        error: { code: `repair_${status}`, detail: expect.stringContaining('Nobody') as string },
      });
    },
  );
  test('that is tried again finds its repair', async () => {
    const input = await planOf();
    await run(activities().runStep, input);
    await run(activities().runStep, input);
    expect(started).toHaveLength(1);
  });
  test('ends without a repair if its run is no longer kept', async () => {
    const gone = { ...params, run_id: 'run-00000000000000bb' };
    const input = await planOf(aStep({ type: 'START_REPAIR', params: gone }));
    expect(await run(activities().runStep, input)).toMatchObject({
      status: 'ERROR',
      error: { code: 'run_not_found' },
    });
  });
  test('is undone by ending the repair, or left if that has ended', async () => {
    const input = await planOf();
    const undo = () => run(activities().undoStep, input);
    expect(await undo()).toMatchObject({
      status: 'UNDONE',
      result: { left: 'no repair was started' },
    });
    await run(activities().runStep, input);
    expect(cancelled).toEqual([]);
  });
});

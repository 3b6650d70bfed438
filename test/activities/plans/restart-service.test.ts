import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createPlanActivities } from '../../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../../activities/plans/plan-activities.ts';
import type { PlanStep, StepError } from '../../../contracts/plan.ts';
import { aPlan, aStep, webWindow } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanStage } from './stage.ts';

const held = webWindow({ host: 'box' });
const { window_id, host } = held;

let stage: PlanStage;
let activities: PlanActivities;
/** What Temporal was asked for. */
let asked: string[];
let failure: StepError | null;
let waits: boolean;

beforeEach(async () => {
  stage = await startPlans();
  onTestFinished(() => stage.close());
  [asked, failure, waits] = [[], null, false];
  const runs = {
    ...stage.deps.runs(),
    restartService: async (wish: { window_id: string; service: string; update_id: string }) => {
      asked.push(`${wish.service} in ${wish.window_id} by ${wish.update_id}`);
      return failure;
    },
    cancelRestart: async ({ update_id }: { update_id: string }) => {
      asked.push(`no more of ${update_id}`);
      return waits;
    },
  };
  activities = createPlanActivities({ ...stage.deps, runs: () => runs });
  await stage.store.windows.save(held, []);
});

async function restart(change: Partial<PlanStep> = {}) {
  const params = { window_id, host, service: 'web' };
  const step = aStep({ type: 'RESTART_SERVICE', params, ...change } as Partial<PlanStep>);
  const { steps: _, ...plan } = aPlan({ status: 'PENDING', steps: [step], confirmation: null });
  await stage.store.plans.insert({ ...plan, steps: [step] }, null, []);
  return { plan, step };
}
const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);

test('a restart is in the window that holds the service, whose it is and when it ends stay as they were', async () => {
  const input = await restart();
  expect(await run(activities.runStep, input)).toMatchObject({ status: 'DONE' });
  expect(asked).toEqual([`web in ${window_id} by ${input.plan.plan_id}:s1`]);
  expect(await stage.store.windows.live()).toEqual([held]);
});

test('a service that does not come up again is told', async () => {
  failure = { code: 'service_not_ready', detail: 'it is unhealthy' };
  const end = await run(activities.runStep, await restart());
  expect([end.status, end.error]).toEqual(['ERROR', { ...failure, may_retry: false }]);
});

test('a restart that was done is told as done also where its window has ended since, and nobody could say so', async () => {
  await stage.store.windows.save({ ...held, members: [] }, []);
  expect(await run(activities.runStep, await restart())).toMatchObject({ status: 'DONE' });
});

test.each([
  [true, 'the restart was given up; what it stopped is started'],
  [false, 'the restart had ended'],
])('a step that ended before its restart gives that up: %s', async (still, left) => {
  waits = still;
  const error = { code: 'timeout', detail: 'out of time' };
  const input = await restart({ status: 'ERROR', error });
  expect(await run(activities.undoStep, input)).toEqual({
    status: 'DONE',
    result: { left },
    error: null,
  });
  expect(asked).toEqual([`no more of ${input.plan.plan_id}:s1`]);
});

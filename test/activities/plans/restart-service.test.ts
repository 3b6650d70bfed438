import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createPlanActivities } from '../../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../../activities/plans/plan-activities.ts';
import type { PlanStep, StepError } from '../../../contracts/plan.ts';
import { aPlan, aStep, webWindow } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

const held = webWindow({ host: 'box' });
const { window_id, host } = held;

let fixture: PlanFixture;
let activities: PlanActivities;
/** The restarts requested of Temporal. */
let asked: string[];
let failure: StepError | null;
let waits: boolean;

beforeEach(async () => {
  fixture = await startPlans();
  onTestFinished(() => fixture.close());
  [asked, failure, waits] = [[], null, false];
  const runs = {
    ...fixture.deps.runs(),
    restartService: async (request: { window_id: string; service: string; update_id: string }) => {
      asked.push(`${request.service} in ${request.window_id} by ${request.update_id}`);
      return failure;
    },
    cancelRestart: async ({ update_id }: { update_id: string }) => {
      asked.push(`no more of ${update_id}`);
      return waits;
    },
  };
  activities = createPlanActivities({ ...fixture.deps, runs: () => runs });
  await fixture.store.windows.save(held, []);
});

async function restart(change: Partial<PlanStep> = {}) {
  const params = { window_id, host, service: 'web' };
  const step = aStep({ type: 'RESTART_SERVICE', params, ...change } as Partial<PlanStep>);
  const { steps: _, ...plan } = aPlan({ status: 'PENDING', steps: [step], confirmation: null });
  await fixture.store.plans.insert({ ...plan, steps: [step] }, null, []);
  return { plan, step };
}
const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);

test('a restart runs in the window that holds the service, whose owner and deadline do not change', async () => {
  const input = await restart();
  expect(await run(activities.runStep, input)).toMatchObject({ status: 'DONE' });
  expect(asked).toEqual([`web in ${window_id} by ${input.plan.plan_id}:s1`]);
  expect(await fixture.store.windows.live()).toEqual([held]);
});

test('a service that does not come up again fails the step', async () => {
  failure = { code: 'service_not_ready', detail: 'it is unhealthy' };
  const end = await run(activities.runStep, await restart());
  expect([end.status, end.error]).toEqual(['ERROR', { ...failure, may_retry: false }]);
});

test('a finished restart is reported as done on a retry even if its window has ended since', async () => {
  await fixture.store.windows.save({ ...held, members: [] }, []);
  expect(await run(activities.runStep, await restart())).toMatchObject({ status: 'DONE' });
});

test.each([
  [true, 'the restart was given up; what it stopped is started'],
  [false, 'the restart had ended'],
])('undoing a step gives up its restart: %s', async (still, left) => {
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

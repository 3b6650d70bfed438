import { expect } from 'vitest';
import { idOfStep, planWorkflowId } from '../../../contracts/ids.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { planHasEnded } from '../../../domain/plans/plan-state.ts';
import { until } from '../../stack/wait.ts';
import { tasksOf, type PlanStage } from './plan-fixture.ts';

/** What a plan comes to, whatever happened to madre on the way. */
export interface Ending {
  status: PlanView['status'];
  error?: string;
  /** Of each step, in order. */
  steps: string;
  /** How each window ended up that a step opened for itself, such as `s1 open`. */
  windows: string;
  /** What its task came to and said; null where it has none. */
  task: { state: string; stdout: string } | null;
  /** How often the Engine started a container for it. */
  starts: number;
  /** What madre did, once each, such as `s1:run s2:run s2:undo`. */
  did: string;
}

const endsWithinMs = 90_000;
const starts = /^POST \/containers\/\w+\/start/;

/** How often the Engine has started a container for this stage so far. */
export const startsOf = ({ engine }: PlanStage): number =>
  engine.done(starts).filter(({ status }) => status === 204).length;

/** Waits for the end of a plan and asserts that it is true: all that was done was done once, or is undone. */
export async function endsTruly(
  stage: PlanStage,
  planId: string,
  ending: Ending,
  startsBefore: number,
): Promise<PlanView> {
  const { store } = stage;
  const plan = await until(
    `${planId} has ended`,
    async () => {
      const known = await store.plans.find(planId);
      return known !== null && planHasEnded(known) && known;
    },
    endsWithinMs,
  );
  const steps = plan.steps.map(({ status }) => status).join(' ');
  const shown = JSON.stringify(plan, null, 1);
  expect([plan.status, steps, plan.error?.code], shown).toEqual([
    ending.status,
    ending.steps,
    ending.error,
  ]);
  // its run says the same as the store
  const run = stage.client.workflow.getHandle(planWorkflowId(planId));
  expect(await run.result(), 'the result of its run').toEqual(plan);
  expect(await windowsOf(stage, plan), 'windows').toBe(ending.windows);
  expect(startsOf(stage) - startsBefore, 'containers that were started').toBe(ending.starts);
  await tellsItsTask(stage, planId, ending);
  const actions = await store.actions.newest(1000);
  const did = actions.filter(({ plan_id }) => plan_id === planId).map(({ id }) => id);
  const told = did.map((id) => id.slice(planId.length + 1)).sort();
  expect(told.join(' '), 'what madre did').toBe(ending.did);
  await eventsOnce(stage, plan);
  return plan;
}

async function windowsOf({ store }: PlanStage, plan: PlanView): Promise<string> {
  const told: string[] = [];
  for (const { step_id } of plan.steps) {
    const id = idOfStep('window', plan.plan_id, step_id);
    const view = await store.windows.find(id);
    if (view === null) continue;
    told.push(`${step_id} ${view.state}`);
    if (view.state === 'closed') expect(view.receipt, id).toMatchObject({ residue: [] });
    const events = (await store.events.after(0, 1e6)).filter(({ window_id }) => window_id === id);
    for (const type of ['window.requested', 'window.open', 'window.closed', 'window.failed']) {
      const times = events.filter((event) => event.type === type).length;
      expect(times, `${type} of ${id}`).toBeLessThanOrEqual(1);
    }
  }
  return told.join(', ');
}

async function tellsItsTask(stage: PlanStage, planId: string, { task }: Ending): Promise<void> {
  const tasks = await tasksOf(stage.store, planId);
  expect(tasks.length, 'tasks').toBe(task === null ? 0 : 1);
  if (task === null) return;
  const { spawn_id } = tasks[0]!;
  const over = await until(`${spawn_id} has ended`, async () => {
    const result = await stage.result(spawn_id);
    return result.finished_at !== null && result;
  });
  expect({ state: over.state, stdout: over.stdout }, JSON.stringify(over)).toEqual(task);
  expect(over.attempts.length, 'attempts').toBeLessThanOrEqual(1);
}

/** Every word about a plan is said once, in chains that are whole. */
async function eventsOnce({ store }: PlanStage, plan: PlanView): Promise<void> {
  const all = await store.events.after(0, 1e6);
  const told = all.flatMap(({ type, payload }) =>
    payload['plan_id'] === plan.plan_id && type.startsWith('plan.')
      ? [[type, payload['step_id'], payload['status']].filter(Boolean).join(' ')]
      : [],
  );
  const twice = told.filter((one, at) => told.indexOf(one) !== at);
  expect(twice, `said twice, of ${told.join(', ')}`).toEqual([]);
  expect(told.filter((one) => /^plan\.(done|failed|rejected|cancelled)/.test(one))).toHaveLength(1);
  expect(await store.audit.verify('events')).toMatchObject({ ok: true });
  expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
}

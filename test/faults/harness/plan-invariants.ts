import { expect } from 'vitest';
import { idOfStep, planWorkflowId } from '../../../contracts/ids.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { planHasEnded } from '../../../domain/plans/plan-state.ts';
import { until } from '../../stack/wait.ts';
import { tasksOf, type PlanFixture } from './plan-fixture.ts';

/** The expected end of a plan, whatever happens to madre meanwhile. */
export interface Ending {
  status: PlanView['status'];
  error?: string;
  /** The status of each step, in order. */
  steps: string;
  /** The state of each window that a step opened for itself, such as `s1 open`. */
  windows: string;
  /** The state and the output of its task; null without a task. */
  task: { state: string; stdout: string } | null;
  /** How many containers the Engine started for it. */
  starts: number;
  /** The actions of madre, each once, such as `s1:run s2:run s2:undo`. */
  did: string;
}

const endsWithinMs = 90_000;
const starts = /^POST \/containers\/\w+\/start/;

/** How many containers the Engine has started for this fixture so far. */
export const startsOf = ({ engine }: PlanFixture): number =>
  engine.done(starts).filter(({ status }) => status === 204).length;

/** Waits for the end of a plan and asserts it: every effect happened once, or is undone. */
export async function expectEnding(
  fixture: PlanFixture,
  planId: string,
  ending: Ending,
  startsBefore: number,
): Promise<PlanView> {
  const { store } = fixture;
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
  // its workflow returns the same as the store
  const run = fixture.client.workflow.getHandle(planWorkflowId(planId));
  expect(await run.result(), 'the result of its run').toEqual(plan);
  expect(await windowsOf(fixture, plan), 'windows').toBe(ending.windows);
  expect(startsOf(fixture) - startsBefore, 'containers that were started').toBe(ending.starts);
  await expectTask(fixture, planId, ending);
  const actions = await store.actions.newest(1000);
  const did = actions.filter(({ plan_id }) => plan_id === planId).map(({ id }) => id);
  const names = did.map((id) => id.slice(planId.length + 1)).sort();
  expect(names.join(' '), 'what madre did').toBe(ending.did);
  await eventsOnce(fixture, plan);
  return plan;
}

async function windowsOf({ store }: PlanFixture, plan: PlanView): Promise<string> {
  const states: string[] = [];
  for (const { step_id } of plan.steps) {
    const id = idOfStep('window', plan.plan_id, step_id);
    const view = await store.windows.find(id);
    if (view === null) continue;
    states.push(`${step_id} ${view.state}`);
    if (view.state === 'closed') expect(view.receipt, id).toMatchObject({ residue: [] });
    const events = (await store.events.after(0, 1e6)).filter(({ window_id }) => window_id === id);
    for (const type of ['window.requested', 'window.open', 'window.closed', 'window.failed']) {
      const times = events.filter((event) => event.type === type).length;
      expect(times, `${type} of ${id}`).toBeLessThanOrEqual(1);
    }
  }
  return states.join(', ');
}

async function expectTask(fixture: PlanFixture, planId: string, { task }: Ending): Promise<void> {
  const tasks = await tasksOf(fixture.store, planId);
  expect(tasks.length, 'tasks').toBe(task === null ? 0 : 1);
  if (task === null) return;
  const { spawn_id } = tasks[0]!;
  const over = await until(`${spawn_id} has ended`, async () => {
    const result = await fixture.result(spawn_id);
    return result.finished_at !== null && result;
  });
  expect({ state: over.state, stdout: over.stdout }, JSON.stringify(over)).toEqual(task);
  expect(over.attempts.length, 'attempts').toBeLessThanOrEqual(1);
}

/** Asserts that each event of a plan is written once, in intact chains. */
async function eventsOnce({ store }: PlanFixture, plan: PlanView): Promise<void> {
  const all = await store.events.after(0, 1e6);
  const written = all.flatMap(({ type, payload }) =>
    payload['plan_id'] === plan.plan_id && type.startsWith('plan.')
      ? [[type, payload['step_id'], payload['status']].filter(Boolean).join(' ')]
      : [],
  );
  const twice = written.filter((one, at) => written.indexOf(one) !== at);
  expect(twice, `written twice, of ${written.join(', ')}`).toEqual([]);
  expect(written.filter((one) => /^plan\.(done|failed|rejected|cancelled)/.test(one))).toHaveLength(
    1,
  );
  expect(await store.audit.verify('events')).toMatchObject({ ok: true });
  expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
}

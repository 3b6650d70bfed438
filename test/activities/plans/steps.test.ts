import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlanActivities } from '../../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../../activities/plans/plan-activities.ts';
import type { PlanRuns } from '../../../activities/plans/ports.ts';
import { createPlanTasks } from '../../../activities/tasks/plan-task.ts';
import { taskIds } from '../../../contracts/ids.ts';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { afterUndo } from '../../../domain/plans/plan-state.ts';
import { codeTask } from '../../../domain/tasks/task.ts';
import { closed, without } from '../../../domain/windows/window.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { aService, anOpenWindow, iso, noon } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { nothingElse } from './no-checks.ts';

let folder: string;
let store: Store;
let activities: PlanActivities;
let opening: () => Promise<WindowView>;
let closings: number;
let extending: PlanRuns['extendWindow'];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-steps-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  await store.services.saveCatalog(catalog([aService('web'), aService('shubniggurath')]), []);
  await store.windows.save(anOpenWindow({ host: 'box', members: ['shubniggurath'] }), []);
  [opening, closings] = [() => Promise.reject(new Error('not here')), 0];
  extending = () => Promise.reject(new Error('not here'));
  const runs: PlanRuns = {
    start: () => Promise.reject(new Error('not here')),
    runs: async () => true,
    openWindow: () => opening(),
    extendWindow: (...asked) => extending(...asked),
    async closeWindow(id, { reason }) {
      closings += 1;
      const view = (await store.windows.find(id))!;
      const over = closed(view, {
        window_id: id,
        closed_by: 'caller',
        reason,
        deadline: view.expires_at,
        closed_at: iso(noon),
        overrun_ms: 0,
        services: [],
        residue: [],
      });
      await store.windows.save(over, []);
      return over;
    },
    async releaseService(id, { service }) {
      const rest = without((await store.windows.find(id))!, service);
      await store.windows.save(rest, []);
      return rest;
    },
    restartService: () => Promise.reject(new Error('not here')),
    cancelRestart: () => Promise.reject(new Error('not here')),
  };
  const log = pino({ level: 'silent' });
  const deps = { store, clock: () => noon, log, runs: () => runs, ...nothingElse };
  const spawner = createPlanTasks({ store, clock: () => noon, runs: () => null });
  activities = createPlanActivities({ ...deps, spawner });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Stores a plan of this one step. @returns the input of its activity */
async function planOf(step: PlanStep, status: PlanView['status'] = 'PENDING', actorId?: string) {
  const { steps: _, ...plan } = aPlan({ status, steps: [step], confirmation: null });
  await store.plans.insert({ ...plan, steps: [step] }, null, [], actorId);
  return { plan, step };
}
const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);
const stepEvents = async () =>
  (await store.events.after(0, 100)).flatMap(({ type, payload }) =>
    type === 'plan.step' ? [payload['status']] : [],
  );
const did = async () =>
  (await store.actions.newest(10)).map(({ id }) => id.split(':').slice(1).join(':')).sort();

const window_id = 'window-00000000000000aa';
const webWindow = () => anOpenWindow({ window_id, kind: 'operator', target: null });
const openStep = (change: Partial<PlanStep> = {}): PlanStep =>
  aStep({
    type: 'OPEN_WINDOW',
    params: {
      window_id,
      kind: 'operator',
      host: 'box',
      services: ['web'],
      mode: 'ttl',
      ttl_seconds: 60,
      reason: null,
    },
    ...change,
  } as Partial<PlanStep>);
const callStep = (): PlanStep => aStep({ type: 'CALL_SHUB', params: { action: 'mix', text: '' } });

test('a failed step is recorded once per attempt, however often the activity is repeated', async () => {
  const input = await planOf(callStep());
  const first = await run(activities.runStep, { ...input, tries: 0 });
  expect(first).toMatchObject({ status: 'ERROR', error: { code: 'not_available_yet' } });
  expect(await run(activities.runStep, { ...input, tries: 0 })).toEqual(first);
  expect([await stepEvents(), await did()]).toEqual([['ERROR'], ['s1:run']]);
  await run(activities.runStep, { ...input, tries: 1 });
  expect([await stepEvents(), await did()]).toEqual([
    ['ERROR', 'ERROR'],
    ['s1:run', 's1:run2'],
  ]);
});

test('an undone step is recorded once, and a repeated undo returns the first result', async () => {
  const input = await planOf(openStep({ status: 'DONE', result: { own: true } }), 'RUNNING');
  await store.windows.save(webWindow(), []);
  const first = await run(activities.undoStep, input);
  expect(first).toEqual({ status: 'UNDONE', result: { window_id, state: 'closed' }, error: null });
  expect(await run(activities.undoStep, input)).toEqual(first);
  expect([await stepEvents(), closings]).toEqual([['UNDONE'], 1]);
  const { steps } = (await store.plans.find(input.plan.plan_id))!;
  expect(steps[0]!.result).toEqual({ own: true, undo: first.result });
});

/** The final state of a step's task, the status of the step after its undo, and the result of the undo. */
const ends = [
  ['completed', 'DONE', { left: 'the task had ended' }],
  ['failed', 'ERROR', { left: 'the task had ended' }],
  ['cancelled', 'UNDONE', null],
] as const;
test.each(ends)(
  'the step of a task that is %s is %s after it is undone',
  async (state, status, undo) => {
    const params = { task_type: 'shell', code: 'true', ttl_seconds: 60 } as const;
    const was = state === 'completed' ? 'DONE' : 'ERROR';
    const error = was === 'ERROR' ? { code: 'task_failed', detail: 'It ended.' } : null;
    const result = { exit_code: 0 };
    const change = { type: 'SPAWN', params, undo: 'cancel the task', status: was, error, result };
    const input = await planOf(aStep(change as Partial<PlanStep>), 'RUNNING');
    const of = `plan ${input.plan.plan_id} ${input.step.step_id}`;
    const ids = taskIds(createHash('sha256').update(of).digest('hex').slice(0, 32));
    const origin = { ...ids, host: 'box', owner: 'a', correlation_id: 'c' };
    const { view, spec } = codeTask(params, origin, noon);
    await store.tasks.create({ ...view, state, finished_at: iso(noon) }, spec, []);
    const first = await run(activities.undoStep, input);
    expect(first.result).toEqual(undo);
    expect(await run(activities.undoStep, input)).toEqual(first);
    const { steps } = (await store.plans.find(input.plan.plan_id))!;
    expect(steps[0]).toMatchObject({ status, error, result: { ...result, undo } });
    expect(steps[0]).toEqual(afterUndo(input.step, first));
    expect([await stepEvents(), await did()]).toEqual([
      undo === null ? ['UNDONE'] : [],
      ['s1:undo'],
    ]);
  },
);

test('a plan that was given up, or is said to be lost, begins nothing but what always runs', async () => {
  const input = await planOf(openStep(), 'ERROR');
  const skipped = { status: 'SKIPPED', result: null, error: null };
  expect(await run(activities.runStep, { ...input, tries: 0 })).toEqual(skipped);
  expect(await store.windows.find(window_id)).toBeNull();
  await store.windows.save(webWindow(), []);
  const params = { window_ids: [window_id], services: null };
  const last = aStep({ type: 'CLOSE_WINDOW', params, always: true });
  await run(activities.runStep, { ...input, step: last, tries: 0 });
  expect((await store.windows.find(window_id))?.state).toBe('closed');
});

test('a window that a plan opens belongs to the token that requested the plan', async () => {
  const input = await planOf(openStep(), 'RUNNING', 'token-00000000000000ad');
  opening = async () => anOpenWindow({ window_id });
  await run(activities.runStep, { ...input, tries: 0 });
  const owners = await store.windows.owners([window_id]);
  expect(owners.get(window_id)).toBe('token-00000000000000ad');
});

test('a step that is cancelled while it stores its request ends only once the request can be undone', async () => {
  const input = await planOf(openStep());
  const writing = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const { request } = store.windows;
  store.windows.request = async (...args) => {
    writing.resolve();
    await written.promise;
    return request(...args);
  };
  opening = () => new Promise(() => undefined);
  const environment = new MockActivityEnvironment();
  const step = environment.run(activities.runStep, { ...input, tries: 0 });
  let over = false;
  step.catch(() => undefined).finally(() => (over = true));
  await writing.promise;
  environment.cancel();
  await new Promise(setImmediate);
  expect(over).toBe(false);
  written.resolve();
  await expect(step).rejects.toThrow(CancelledFailure);
  expect(await run(activities.undoStep, input)).toMatchObject({
    status: 'UNDONE',
    result: { window_id, state: 'closed' },
  });
});

test('a step may be retried if the window that it joined has ended, but not if its own has', async () => {
  const over = { closed_at: iso(noon), opened_at: null, state: 'failed' as const };
  const other = anOpenWindow({ window_id: 'window-00000000000000bb', ...over });
  opening = async () => other;
  const input = await planOf(openStep());
  expect(await run(activities.runStep, { ...input, tries: 0 })).toMatchObject({
    status: 'ERROR',
    error: { code: 'window_ended', may_retry: true },
  });
  opening = async () => ({ ...webWindow(), ...over });
  expect(await run(activities.runStep, { ...input, tries: 1 })).toMatchObject({
    status: 'ERROR',
    error: { code: 'window_ended', may_retry: false },
  });
});

test('a step that crashed after it closed a window reports on the retry that it closed it', async () => {
  const params = { window_ids: [window_id], services: null };
  const input = await planOf(aStep({ type: 'CLOSE_WINDOW', params }));
  await store.windows.save(webWindow(), []);
  const { saveStep } = store.plans;
  // the crash of its process
  store.plans.saveStep = async () => true;
  await run(activities.runStep, input);
  store.plans.saveStep = saveStep;
  const end = await run(activities.runStep, input);
  expect(end.result).toMatchObject({ closed: [{ window_id, was_open: true }] });
  expect(closings).toBe(1);
});

describe('a service that is released from its windows', () => {
  const other_id = 'window-00000000000000bb';
  const stop = (service: string, window_ids = [window_id]) =>
    planOf(aStep({ type: 'CLOSE_WINDOW', params: { window_ids, services: [service] } }));
  const held = (change: Parameters<typeof anOpenWindow>[0] = {}) =>
    store.windows.save(
      anOpenWindow({
        window_id,
        host: 'box',
        members: ['web'],
        ...change,
        kind: 'operator',
        target: null,
      }),
      [],
    );

  test('and is still held by another one on the same host is reported as still running', async () => {
    await held();
    await held({ window_id: other_id });
    expect(await run(activities.runStep, await stop('web'))).toMatchObject({
      status: 'ERROR',
      error: { code: 'still_held', detail: expect.stringContaining(other_id) as string },
      result: { released: [window_id], still_held_by: [other_id] },
    });
  });

  test.each([
    ['on another host', { host: 'nas' }],
    ['that has not begun', { state: 'queued' as const }],
    ['that is about to end', { state: 'closing' as const }],
  ])('is out of them, whatever a window holds %s', async (_, change) => {
    await held();
    await held({ window_id: other_id, ...change });
    expect(await run(activities.runStep, await stop('web'))).toMatchObject({
      status: 'DONE',
      result: { released: [window_id], still_held_by: [] },
    });
  });

  test('may have the name of a VX11 service if its tier is that of windows', async () => {
    await store.services.saveCatalog(catalog([aService('redis')]), []);
    await held({ members: ['redis'] });
    expect(await run(activities.runStep, await stop('redis'))).toMatchObject({ status: 'DONE' });
  });
});

describe('a step that extends a window', () => {
  const step = (): PlanStep =>
    aStep({
      type: 'EXTEND_WINDOW',
      params: { window_id, host: 'box', services: ['web'], seconds: 600 },
    });

  test('moves its deadline once, however often it is repeated, with one update id', async () => {
    const asked: unknown[] = [];
    extending = async (id, message) => {
      asked.push([id, message.by_ms, message.update_id]);
      return { view: { ...webWindow(), extensions: 1 }, clamped: true };
    };
    const input = await planOf(step());
    const first = await run(activities.runStep, input);
    expect(first).toMatchObject({ status: 'DONE', result: { extensions: 1, clamped: true } });
    expect(await run(activities.runStep, input)).toEqual(first);
    expect(asked).toEqual([[window_id, 600_000, `${input.plan.plan_id}:s1`]]);
  });

  test.each<[string, Awaited<ReturnType<PlanRuns['extendWindow']>>, string]>([
    ['the window has ended', null, 'window_ended'],
    ['the window refuses', { code: 'window_not_open', detail: 'on hold' }, 'window_not_open'],
  ])('fails if %s', async (_, answer, code) => {
    extending = async () => answer;
    expect(await run(activities.runStep, await planOf(step()))).toMatchObject({
      status: 'ERROR',
      error: { code },
    });
  });
});

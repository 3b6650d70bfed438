import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { broken, done } from '../../activities/plans/ports.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';
import { planState } from '../../workflows/plan-messages.ts';
import { until } from '../stack/wait.ts';
import { noop, openStep, startPlanBench, stopStep, type PlanBench } from './plan-bench.ts';

let bench: PlanBench;
beforeAll(
  async () => void (bench = await startPlanBench(inject('temporalAddress'), { expires_ms: 3000 })),
);
afterAll(() => bench?.stop());
beforeEach(() => {
  bench.calls.length = 0;
  bench.fault = null;
  bench.openings.clear();
  bench.gate = null;
  bench.broken.clear();
});

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was not refused',
    (error: unknown) => {
      const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
      if (cause instanceof ApplicationFailure) return cause.type ?? '';
      return error instanceof WorkflowNotFoundError ? 'WorkflowNotFound' : String(error);
    },
  );
const statuses = ({ steps }: { steps: { status: string }[] }) => steps.map(({ status }) => status);
const shub: StepDraft = { type: 'CALL_SHUB', params: { action: 'mix', text: 'drums' } };

describe('steps', () => {
  test('run one after the other, and the plan is done when all are', async () => {
    const { plan } = await bench.propose([openStep(['web']), noop(), noop()]);
    const ended = await bench.end(plan);
    expect([ended.status, statuses(ended)]).toEqual(['DONE', ['DONE', 'DONE', 'DONE']]);
    expect(await bench.store.plans.find(plan.plan_id)).toEqual(ended);
    expect(ended.steps[0]!.result).toMatchObject({ own: true, state: 'open' });
    const [one, two, three] = ended.steps.map(({ started_at }) => Date.parse(started_at!));
    expect(one! <= two! && two! <= three!).toBe(true);
    await bench.deps
      .runs()
      .closeWindow(
        ended.steps[0]!.result!['window_id'] as string,
        { actor: '', correlation_id: '', reason: '' },
        0,
      );
  });

  test('run in parallel where they depend on nothing', async () => {
    const wait: StepDraft = { type: 'WAIT', params: { seconds: 1 }, depends_on: [] };
    const { plan } = await bench.propose([wait, wait, wait, wait, noop(['s1', 's2', 's3', 's4'])]);
    const { status, steps } = await bench.end(plan);
    expect(status).toBe('DONE');
    const waits = steps.slice(0, 4);
    const lastStart = Math.max(...waits.map(({ started_at }) => Date.parse(started_at!)));
    const firstEnd = Math.min(...waits.map(({ finished_at }) => Date.parse(finished_at!)));
    expect(lastStart).toBeLessThan(firstEnd);
  });

  test('that fail are reported, stop the steps that wait for them, and the steps before them are undone, last first', async () => {
    bench.broken.add('db');
    const { plan } = await bench.propose([openStep(['web']), openStep(['db']), noop(), noop([])]);
    const ended = await bench.end(plan);
    expect(ended).toMatchObject({
      status: 'ERROR',
      error: { code: 'unhealthy', detail: expect.stringMatching(/^s2: /) as string },
    });
    expect(statuses(ended)).toEqual(['UNDONE', 'UNDONE', 'SKIPPED', 'DONE']);
    expect(await bench.open()).toEqual([]);
  });

  test('are reported when they start, end and are undone', async () => {
    bench.broken.add('db');
    const reported: string[] = [];
    bench.deps.stepped = (of, { step_id, status }) => {
      if (of.plan_id === plan.plan_id) reported.push(`${step_id} ${status}`);
    };
    const { plan } = await bench.propose([noop(), openStep(['web']), openStep(['db']), noop()]);
    await bench.end(plan);
    delete bench.deps.stepped;
    const ways = ['s1 RUNNING', 's1 DONE', 's2 RUNNING', 's2 DONE', 's3 RUNNING', 's3 ERROR'];
    expect(reported).toEqual([...ways, 's3 UNDONE', 's2 UNDONE']);
  });

  test('of a role that sleeps fail with a clear error, between the start and the end of its window', async () => {
    const { plan } = await bench.propose([shub]);
    const ended = await bench.end(plan);
    expect(
      ended.steps.map(({ type, status, error }) => [type, status, error?.code ?? null]),
    ).toEqual([
      ['OPEN_WINDOW', 'UNDONE', null],
      ['CALL_SHUB', 'ERROR', 'not_available_yet'],
      ['CLOSE_WINDOW', 'DONE', null],
    ]);
    expect(await bench.open()).toEqual([]);
    const { plan: other } = await bench.propose([
      { type: 'CALL_HERMES', params: { action: 'ask', text: '' } },
    ]);
    expect((await bench.end(other)).error?.code).toBe('off_by_policy');
  });

  test('are retried where that may help, as often as they allow, and reported once per try', async () => {
    const ends: StepEnd[] = [
      broken({ code: 'not_heard_of', detail: 'later', may_retry: true }),
      done({ mixed: true }),
    ];
    bench.deps.roles = { shubniggurath: async () => ends.shift()! };
    const { plan } = await bench.propose([shub]);
    const ended = await bench.end(plan);
    expect([ended.status, ended.steps[1]!.result]).toEqual(['DONE', { mixed: true }]);
    const never = { code: 'broken', detail: 'never', may_retry: true };
    let tries = 0;
    bench.deps.roles = { shubniggurath: async () => ((tries += 1), broken(never)) };
    const { plan: other } = await bench.propose([shub]);
    expect((await bench.end(other)).error?.code).toBe('broken');
    expect(tries).toBe(1 + other.steps[1]!.retries);
    bench.deps.roles = {};
  });

  test('leave a window that was open before as it was', async () => {
    const target = openStep(['web']) as Extract<StepDraft, { type: 'OPEN_WINDOW' }>;
    const wish: StepDraft = { ...target, params: { ...target.params, kind: 'target' } };
    const { plan: first } = await bench.propose([wish]);
    const window_id = (await bench.end(first)).steps[0]!.result!['window_id'];
    bench.broken.add('db');
    const { plan } = await bench.propose([wish, openStep(['db'])]);
    const ended = await bench.end(plan);
    expect(ended.steps[0]!).toMatchObject({
      status: 'UNDONE',
      result: { own: false, window_id, undo: { left: expect.anything() as string } },
    });
    expect((await bench.open()).map((view) => view.window_id)).toEqual([window_id]);
    await bench.deps
      .runs()
      .closeWindow(window_id as string, { actor: '', correlation_id: '', reason: '' }, 0);
  });
});

describe('a plan that waits', () => {
  test('runs once, however often it is confirmed', async () => {
    const { plan, confirm_token } = await bench.propose([stopStep(['web'])]);
    expect(plan).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
    const say = (updateId: string) => bench.confirm(plan, confirm_token!, { updateId });
    const [one, two] = await Promise.all([say('same'), say('same')]);
    expect([one.status, two.status]).toEqual(['RUNNING', 'RUNNING']);
    expect(await refusal(say('other'))).toMatch(/confirm_token_used|WorkflowNotFound/);
    expect((await bench.end(plan)).status).toBe('DONE');
    expect(bench.calls.filter((call) => call === 'runStep')).toHaveLength(1);
    expect(await refusal(bench.confirm(plan, confirm_token!))).toBe('WorkflowNotFound');
  });

  test('does not run for a wrong token, or if it is not the plan that was shown', async () => {
    const { plan, confirm_token } = await bench.propose([stopStep(['web'])]);
    const other = await bench.propose([stopStep(['web'])]);
    expect(await refusal(bench.confirm(plan, other.confirm_token!))).toBe('wrong_confirm_token');
    await bench.store.plans.change(plan.plan_id, (known) => ({
      plan: { ...known, steps: known.steps.map((step) => ({ ...step, timeout_seconds: 1 })) },
      events: [],
    }));
    expect(await refusal(bench.confirm(plan, confirm_token!))).toBe('plan_changed');
    expect(bench.calls).not.toContain('runStep');
    expect((await bench.cancel(plan)).status).toBe('CANCELLED');
    expect((await bench.cancel(other.plan)).status).toBe('CANCELLED');
  });

  test('is rejected at its deadline if nobody answers, even while its worker was away', async () => {
    const { plan, confirm_token } = await bench.propose([stopStep(['web'])]);
    const deadline = Date.parse(plan.confirmation!.expires_at);
    await bench.pause();
    await sleep(800);
    await bench.resume();
    const ended = await bench.end(plan);
    expect(Date.parse(ended.finished_at!)).toBeGreaterThanOrEqual(deadline);
    expect(ended).toMatchObject({
      status: 'REJECTED',
      ended_by: 'madre',
      error: { detail: expect.stringMatching(/nobody confirmed/) as string },
    });
    expect(statuses(ended)).toEqual(['SKIPPED']);
    expect(await refusal(bench.confirm(plan, confirm_token!))).toBe('WorkflowNotFound');
  });

  test('whose time ran out while its worker was away is rejected on its return, and takes no token then', async () => {
    const { plan } = await bench.propose([stopStep(['web'])]);
    await bench.pause();
    await sleep(3500);
    await bench.resume();
    expect((await bench.end(plan)).status).toBe('REJECTED');
  });

  test('can also be cancelled from Temporal', async () => {
    const { plan } = await bench.propose([stopStep(['web'])]);
    await until('it runs', () => bench.handle(plan).query(planState));
    await bench.handle(plan).cancel();
    expect((await bench.end(plan)).status).toBe('CANCELLED');
  });
});

describe('a plan that is cancelled', () => {
  test('while it runs undoes what it did, and skips the rest', async () => {
    const wait: StepDraft = { type: 'WAIT', params: { seconds: 60 } };
    const { plan } = await bench.propose([openStep(['web']), wait, noop()]);
    await until('it waits', async () => {
      const { steps } = await bench.handle(plan).query(planState);
      return steps[1]!.status === 'RUNNING';
    });
    const answer = await bench.cancel(plan);
    expect([answer.status, statuses(answer)]).toEqual([
      'CANCELLED',
      ['UNDONE', 'CANCELLED', 'SKIPPED'],
    ]);
    expect(answer.ended_by).toBe('bea');
    expect(await bench.open()).toEqual([]);
    expect(await bench.store.plans.find(plan.plan_id)).toEqual(answer);
  });

  test('while a window opens does not wait for it', async () => {
    bench.gate = new Promise(() => undefined);
    const { plan } = await bench.propose([openStep(['web'])]);
    await until('it opens', () => bench.openings.size === 1);
    expect((await bench.cancel(plan)).status).toBe('CANCELLED');
    expect(await bench.open()).toEqual([]);
  });
});

describe('when a call of its run breaks', () => {
  /** A plan of a window, a look and an end: five calls where nothing breaks. */
  const story = async () => {
    const { plan } = await bench.propose([openStep(['web']), noop(), shub]);
    return bench.end(plan);
  };
  test('the scenario makes the calls that fail below', async () => {
    await story();
    expect(bench.calls.length).toBe(calls);
  });
  const calls = 8;
  const faults = Array.from({ length: calls }, (_, nth) => nth).flatMap((nth) =>
    (['before', 'after'] as const).flatMap((when) =>
      [true, false].map((retryable) => [nth, when, retryable] as const),
    ),
  );
  test.each(faults)('call %i, %s it acts, worth another try: %s', async (nth, when, retryable) => {
    bench.fault = { nth, when, retryable };
    const ended = await story();
    expect(ended.status).toBe('ERROR'); // the role has no work, so it never ends well
    const open = await bench.open();
    const mayLeave = bench.calls[nth] === 'undoStep' && when === 'before' && !retryable;
    if (!mayLeave) expect(open).toEqual([]);
    for (const { window_id } of open) {
      // what cannot be taken back at all is left, and its step says so
      const left = ended.steps.find(({ result }) => result?.['window_id'] === window_id);
      expect(left?.error).toMatchObject({ code: 'Broken' });
      const message = { actor: '', correlation_id: '', reason: '' };
      await bench.deps.runs().closeWindow(window_id, message, 0);
    }
    for (const [, times] of bench.openings) expect(times).toBe(1);
    expect(await bench.store.plans.find(ended.plan_id)).toEqual(ended);
    if (retryable) expect(ended.error?.code).toBe('not_available_yet');
    const noted = (await bench.store.actions.newest(200)).filter(
      ({ plan_id }) => plan_id === ended.plan_id,
    );
    expect(new Set(noted.map(({ id }) => id)).size).toBe(noted.length);
  });
});

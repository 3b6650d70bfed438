import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { newId } from '../../../contracts/ids.ts';
import type { PlanView, StepDraft } from '../../../contracts/plan.ts';
import type { TaskView } from '../../../contracts/task.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { cancelChecks } from '../../../workflows/checks/messages.ts';
import { closeWindow, extendWindow, releaseService } from '../../../workflows/messages.ts';
import { planState } from '../../../workflows/plan-messages.ts';
import { scheduleChanged } from '../../../workflows/schedules/messages.ts';
import { noop, openStep, stopStep, type PlanBench } from '../../plans/plan-bench.ts';
import { until } from '../../stack/wait.ts';
import { advice, type FakeMadre } from '../autonomy-bench.ts';
import type { FakeChecks } from '../checks/checks-bench.ts';
import type { AntsSetup } from '../incidents/ants-bench.ts';
import type { FakeHost } from '../fake-host.ts';
import type { PullSetup } from '../models/models-bench.ts';
import type { AuditSetup } from '../drift/drift-bench.ts';
import type { ScanSetup } from '../programs/programs-bench.ts';
import { repaired, type FakeRepair } from '../repair-bench.ts';
import type { TaskBench } from '../task-bench.ts';
import { by, close, type TemporalBench } from '../temporal-bench.ts';
import { audioStories } from './audio-stories.ts';
import type { StoryEnvironment } from './environment.ts';

const minute = 60_000;

/** Starts a run that ends by itself. */
type Story = (at: StoryEnvironment) => Promise<WorkflowHandle>;

/** A window of db and web on its own host. */
const window =
  (
    play: (bench: TemporalBench, host: FakeHost, view: WindowView) => Promise<unknown>,
    change: Partial<WindowView> = {},
    on = (at: StoryEnvironment): TemporalBench => at.windows,
  ): Story =>
  async (at) => {
    const bench = on(at);
    const { host, name } = await bench.host(`recorded-${newId('run').slice(4, 8)}`);
    const what = { services: ['db', 'web'], kind: 'operator' as const, target: null };
    const view = bench.request(name, { ...what, ttl_ms: 10 * minute, ...change });
    await play(bench, host, view);
    return bench.handle(view);
  };
/** A run of checks. */
const checked =
  (prepare?: (run: FakeChecks) => void): Story =>
  async ({ checks }) =>
    (await checks.start(prepare)).handle;
const scanned =
  (setup: ScanSetup): Story =>
  async ({ programs }) =>
    (await programs.start({ host: `recorded-${newId('run').slice(4, 8)}`, ...setup })).handle;
const recordedHost = (): string => `recorded-${newId('run').slice(4, 8)}`;
const pulled =
  (setup: PullSetup = {}): Story =>
  async ({ models }) =>
    (await models.pull({ host: recordedHost(), ...setup })).handle;
const audited =
  (setup: AuditSetup): Story =>
  async ({ drift }) =>
    (await drift.start({ host: `recorded-${newId('run').slice(4, 8)}`, ...setup })).handle;
const looked =
  (setup: AntsSetup): Story =>
  async ({ ants }) =>
    (await ants.start(setup)).handle;
const mended =
  (prepare?: (one: FakeRepair) => void): Story =>
  async ({ repairs }) =>
    (await repairs.start(prepare)).handle;
const closed = (bench: TemporalBench, view: WindowView): Promise<WindowView> =>
  bench.handle(view).executeUpdate(closeWindow, { args: [close] });

/** A restart of web, in a window that holds it. */
const restart =
  (play: (run: WorkflowHandle, host: FakeHost) => Promise<unknown>, gated = false): Story =>
  async ({ windows }) => {
    const { host, name } = await windows.host(`recorded-${newId('run').slice(4, 8)}`);
    await windows.open(windows.request(name));
    if (gated) host.gates.set('restartService', new Promise(() => undefined));
    const run = await windows.restart(name);
    await play(run, host);
    return run;
  };

const plan =
  (play: (bench: PlanBench) => Promise<PlanView>): Story =>
  async ({ plans }) =>
    plans.handle(await play(plans));
const wait = (seconds: number): StepDraft => ({ type: 'WAIT', params: { seconds } });

const task =
  (play: (bench: TaskBench) => Promise<TaskView>): Story =>
  async ({ tasks }) => {
    tasks.sandboxes.outcome = () => ({});
    tasks.fault = null;
    return tasks.handle(await play(tasks));
  };
const failing = () => ({ outcome: 'failed', exit_code: 1 }) as const;

const round =
  (madre: Partial<FakeMadre>): Story =>
  async ({ autonomy }) =>
    (await autonomy.cycle(madre)).handle;

/**
 * A run whose end cannot be stored until it has continued in a new run.
 * @param which of the two runs is recorded
 */
const continued =
  (
    which: 'first' | 'last',
    play: (at: StoryEnvironment['short']) => Promise<{ run: WorkflowHandle; mend: () => void }>,
  ): Story =>
  async ({ short }) => {
    const { run, mend } = await play(short);
    const { runId } = await run.describe();
    await until('it continues in a new run', async () => {
      const now = await run.describe();
      if (now.runId === runId && now.historyLength < 60) await run.signal('nobody');
      return now.runId !== runId;
    });
    mend();
    await run.result();
    const recorded = which === 'first' ? runId : (await run.describe()).runId;
    return short.windows.client.workflow.getHandle(run.workflowId, recorded);
  };
const closeFails = async ({ windows }: StoryEnvironment['short']) => {
  const { host, name } = await windows.host(`recorded-${newId('run').slice(4, 8)}`);
  const view = windows.request(name);
  await windows.open(view);
  host.failing.add('closeServices');
  closed(windows, view).catch(() => undefined); // refused by the first run
  await until('it was tried', () => host.calls.includes('closeServices'));
  return { run: windows.handle(view), mend: () => host.failing.clear() };
};
const endFails = async ({ plans }: StoryEnvironment['short']) => {
  plans.failing.add('endPlan');
  const { plan: made } = await plans.propose([openStep(['web']), noop()]);
  const tried = plans.calls.length;
  await until('it was tried', () => plans.calls.slice(tried).includes('endPlan'));
  return { run: plans.handle(made), mend: () => plans.failing.clear() };
};

/** The ways in which each kind of run may go, by the title of its history. */
export const stories: Record<string, Story> = {
  'open-expire': window(
    async (bench, _, view) => {
      await bench.open(view, 1500);
      await bench.open(view, 1500);
    },
    { ttl_ms: 1500 },
  ),
  'extend-close': window(async (bench, _, view) => {
    await bench.open(view);
    for (const by_ms of [minute, 600 * minute]) {
      await bench.handle(view).executeUpdate(extendWindow, { args: [{ by_ms, ...by }] });
    }
    await closed(bench, view);
  }),
  failed: window(async (bench, host, view) => {
    host.fault = { nth: 0, when: 'before', retryable: false };
    await bench.open(view);
  }),
  refused: window(async (bench, host, view) => {
    host.room = 0;
    await bench.open(view);
  }),
  queued: window(async (bench, host, view) => {
    host.room = 0;
    await bench.open(view, null, 'queue');
    host.room = 2;
    while (!host.calls.includes('moveDeadline')) await bench.open(view, minute, 'queue');
    await closed(bench, view);
  }),
  released: window(async (bench, _, view) => {
    await bench.open(view);
    const request = { service: 'db', ...by };
    await bench.handle(view).executeUpdate(releaseService, { args: [request] });
    await closed(bench, view);
  }),
  'hold-close': window(
    async (bench, _, view) => {
      await bench.open(view);
      await closed(bench, view);
    },
    { mode: 'hold', ttl_ms: null },
  ),
  'closed-while-opening': window(async (bench, host, view) => {
    host.gates.set('openServices', new Promise(() => undefined));
    const opening = bench.open(view);
    while (host.running.size === 0) await sleep(10);
    await closed(bench, view);
    await opening;
  }),
  'close-failed-once': window(async (bench, host, view) => {
    await bench.open(view);
    host.fault = { nth: 1, when: 'before', retryable: false };
    await closed(bench, view);
  }),
  restarted: restart((run) => run.result()),
  'restart-cancelled': restart(async (run, host) => {
    while (host.running.size > 0) await sleep(10);
    await run.cancel();
  }, true),
  'plan-done': plan(async (bench) => {
    const steps = [openStep(['web']), noop([]), wait(1), noop(['s1', 's2', 's3'])];
    return (await bench.propose(steps)).plan;
  }),
  'plan-confirmed': plan(async (bench) => {
    const { plan: made, confirm_token } = await bench.propose([stopStep(['web'])]);
    await bench.confirm(made, confirm_token!);
    return made;
  }),
  'plan-expired': plan(async (bench) => (await bench.propose([stopStep(['web'])])).plan),
  'plan-undone': plan(async (bench) => {
    bench.broken.add('db');
    const { plan: made } = await bench.propose([
      openStep(['web']),
      openStep(['db']),
      { type: 'CALL_SHUB', params: { action: 'mix', text: '' } },
    ]);
    await bench.end(made);
    bench.broken.clear();
    return made;
  }),
  'plan-cancelled': plan(async (bench) => {
    const { plan: made } = await bench.propose([openStep(['web']), wait(60), noop()]);
    await until('it waits', async () => {
      const { steps } = await bench.handle(made).query(planState);
      return steps[1]!.status === 'RUNNING';
    });
    await bench.cancel(made);
    return made;
  }),
  'task-done': task((bench) => bench.start()),
  'task-retried': task((bench) => {
    bench.sandboxes.outcome = failing;
    return bench.start({ max_retries: 2, callback_url: 'http://10.0.0.1/' });
  }),
  'task-lost': task((bench) => {
    bench.fault = { nth: bench.calls.length, when: 'before' };
    return bench.start();
  }),
  'task-cancelled': task(async (bench) => {
    bench.sandboxes.outcome = () => null;
    const view = await bench.start();
    await until(
      'it runs',
      async () => (await bench.store.tasks.find(view.spawn_id))?.state === 'running',
    );
    await bench.requestEnd(view, { reason: 'cancelled', by: 'ada' });
    return view;
  }),
  'task-window-closed': task(async (bench) => {
    bench.sandboxes.outcome = failing;
    const view = await bench.start({ max_retries: 10 });
    await until('it pauses', async () => {
      const record = await bench.store.tasks.record(view.spawn_id);
      return record?.attempts.length === 2 && record.view.state === 'queued';
    });
    await bench.requestEnd(view, { reason: 'window_closed', by: 'madre' });
    return view;
  }),
  'checks-passed': checked(),
  'checks-no-room': checked((run) => void (run.unopened = { cause: 'no_room', detail: 'full' })),
  'checks-cancelled': checked((run) => {
    run.during = async () => {
      await run.handle.signal(cancelChecks);
      await sleep(1500); // the signal arrives while the checks run
    };
  }),
  'checks-closed-at-second-try': checked((run) => {
    run.fault = { nth: 3, when: 'before', retryable: false };
  }),
  'checks-scheduled': ({ checks }) => checks.fire({ run_id: newId('run'), status: 'passed' }),
  ...audioStories,
  'drift-in-pieces': audited({ pieces: 3 }),
  'drift-manifestator-asleep': audited({ awake: false }),
  'programs-asked': scanned({}),
  'programs-all-known': scanned({ ask: [] }),
  'programs-hermes-asleep': scanned({ awake: false }),
  'window-schedule-waits': ({ schedules }) => schedules.start([1000]),
  'window-schedule-removed': ({ schedules }) => schedules.start([]),
  'window-schedule-changed': async ({ schedules }) => {
    const run = await schedules.start([3_600_000]);
    await until('it waits', async () => (await run.describe()).historyLength >= 10);
    await run.signal(scheduleChanged);
    return run;
  },
  'models-pulled': pulled(),
  'models-pulled-evicts': pulled({ evicts: true }),
  'models-pulled-by-ollama': pulled({ source: 'ollama' }),
  'models-pull-refused': pulled({ fault: { nth: 2, when: 'before', retryable: false } }),
  'models-pull-cancelled': ({ models }) => models.cancelled(recordedHost()),
  'models-kept': ({ models }) => models.keep(recordedHost()),
  'models-searched': ({ models }) => models.search(recordedHost()),
  'ants-inside': looked({}),
  'ants-outside': looked({ outside: true }),
  'ants-hormiguero-away': looked({ outside: true, awake: false }),
  'repair-proved': mended(),
  'repair-second-cycle': mended((one) => {
    one.patches = [{ ...repaired, status: 'rolled_back', again: true }, repaired];
  }),
  'repair-no-candidate': mended((one) => void (one.verdicts = [])),
  'autonomy-rest': round({ round: { running: true, changed: false } }),
  'autonomy-rules': round({}),
  'autonomy-model': round({ reasoning: advice('lane:fs_drift') }),
  'autonomy-model-away': round({ failures: { reason: 9 } }),
  'close-continued': continued('first', closeFails),
  'close-continued-last': continued('last', closeFails),
  'plan-end-continued': continued('first', endFails),
  'plan-end-continued-last': continued('last', endFails),
};

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { createTaskLifecycle } from '../../../activities/tasks/task-lifecycle.ts';
import { settleAttempt } from '../../../activities/tasks/settle-attempt.ts';
import type { TaskLifecycleActivities } from '../../../activities/tasks/task-activities.ts';
import { createSpawnerWatch } from '../../../activities/tasks/spawner-watch.ts';
import { createTaskSweep, type TaskRuns } from '../../../activities/tasks/sweep.ts';
import type { TaskView } from '../../../contracts/task.ts';
import { endedWithout, running } from '../../../domain/tasks/task.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aTask } from '../../domain/tasks/samples.ts';

/** A sweep over its own store, with a Temporal, an Engine and clocks that tests control. */
export interface SweepFixture {
  folder: string;
  store: Store;
  /** madre's clock, which never goes back, and how far the wall clock was set back behind it; ms. */
  now: number;
  ahead: number;
  /** Received signals and running workflows; while `away` it throws, while `still` it hangs, for `sick` tasks it fails. */
  temporal: {
    signals: string[];
    runs: Set<string>;
    away: boolean;
    still: boolean;
    sick: Set<string>;
    /** Workflows that completed by themselves. */
    done: Set<string>;
  };
  /** Removed sandboxes: the id of their task, `past` their deadline, or `all`. */
  removed: string[];
  keeper: TaskLifecycleActivities;
  sweep: () => Promise<void>;
}

export const fixture = {} as SweepFixture;

/** Resets the fixture for each test of a file. */
export function useSweepFixture(): void {
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vx11-sweep-'));
    const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
    const none = { away: false, still: false, sick: new Set<string>(), done: new Set<string>() };
    const temporal = { signals: [], runs: new Set<string>(), ...none };
    Object.assign(fixture, { folder, store, temporal, now: noon, ahead: 0, removed: [] });
    const log = pino({ level: 'silent' });
    const sandboxes = {
      removeOf: async (id: string) => void fixture.removed.push(id),
      remove: async (which: { past: number } | 'all') => {
        fixture.removed.push(which === 'all' ? 'all' : 'past');
        return 0;
      },
    };
    const monotonic = (): number => fixture.now;
    const watch = createSpawnerWatch({ host: 'box', store, monotonic });
    fixture.keeper = createTaskLifecycle({
      store,
      watch,
      home: folder,
      callbackAllow: ['127.0.0.1'],
      removeSandboxes: (id) => sandboxes.removeOf(id),
      requestEnd: async () => undefined,
      log,
    });
    const rest = { host: 'box', store, runs, keeper: fixture.keeper, sandboxes, log };
    const clocks = { clock: () => fixture.now, wall: () => fixture.now - fixture.ahead, monotonic };
    fixture.sweep = createTaskSweep({ ...rest, folder, historyMs: 1000_000, watch, ...clocks });
  });
  afterEach(async () => {
    await fixture.store.close();
    await rm(fixture.folder, { recursive: true });
  });
}

const ask = async (id: string): Promise<void> => {
  const { temporal } = fixture;
  if (temporal.away || temporal.sick.has(id)) throw new Error('away');
  if (temporal.still) await new Promise(() => undefined);
};
const runs: TaskRuns = {
  async runs(id) {
    await ask(id);
    return fixture.temporal.runs.has(id);
  },
  async end(id, { reason }) {
    await ask(id);
    fixture.temporal.signals.push(`${id} ${reason}`);
  },
  async endAndCallBack({ spawn_id }, { reason }) {
    await ask(spawn_id);
    if (fixture.temporal.done.has(spawn_id)) return false;
    fixture.temporal.runs.add(spawn_id);
    fixture.temporal.signals.push(`${spawn_id} ${reason}, call back`);
    return true;
  },
};

export async function add(change: Partial<TaskView> = {}): Promise<TaskView> {
  const { view, spec } = aTask(change, fixture.now - fixture.ahead);
  await fixture.store.tasks.create(view, spec, []);
  fixture.temporal.runs.add(view.spawn_id);
  return view;
}
/** Holds the spawner's window open until the given time. */
export const lease = (deadline: number) =>
  fixture.store.leases.reserve(
    'window-00000001',
    [{ window_id: 'window-00000001', host: 'box', service: 'spawner', deadline, is_open: true }],
    fixture.now,
  );
/** Writes a heartbeat of the spawner, which started long ago. */
export const beat = (): Promise<void> =>
  fixture.store.presence.beat({
    process: 'spawner',
    host: 'box',
    at: fixture.now - fixture.ahead,
    detail: { since: noon - 1e9 },
  });
export const begin = (view: TaskView) =>
  fixture.store.tasks.change(view.spawn_id, (record) => ({
    view: running(record.view, 1, fixture.now),
    attempt: anAttempt(),
    events: [],
  }));
/** Records the end of a task's attempt, as a spawner does. */
export const finish = (view: TaskView) =>
  fixture.store.tasks.change(view.spawn_id, (record) => {
    const end = endedWithout('completed', 'exit', null);
    const rest = { artifacts: [], refused: [], started_at: null, finished_at: fixture.now };
    return settleAttempt(record, { attempt: 1, end, ...rest }, 'spawner');
  });
/** Runs rounds for `ms`. */
export async function sweepFor(ms: number): Promise<void> {
  for (const until = fixture.now + ms; fixture.now < until; fixture.now += 2000)
    await fixture.sweep();
}
export const find = async (view: TaskView) => (await fixture.store.tasks.find(view.spawn_id))!;

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { createTaskLifecycle } from '../../../activities/tasks/task-lifecycle.ts';
import { settleAttempt } from '../../../activities/tasks/settle-attempt.ts';
import type { TaskLifecycleActivities } from '../../../activities/tasks/spawn-activities.ts';
import { createSpawnerWatch } from '../../../activities/tasks/spawner-watch.ts';
import { createTaskSweep, type TaskRuns } from '../../../activities/tasks/sweep.ts';
import type { SpawnView } from '../../../contracts/spawn.ts';
import { endedWithout, running } from '../../../domain/tasks/spawn.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aSpawn } from '../../domain/tasks/samples.ts';

/** A sweep over a store of its own, with a Temporal, an Engine and clocks that tests set. */
export interface SweepStage {
  folder: string;
  store: Store;
  /** madre's clock, which is held up, and how far the wall clock was set back behind it. */
  now: number;
  ahead: number;
  /** What Temporal has been told, and what it runs; `away` throws, `still` never answers, of `sick` tasks it takes nothing. */
  temporal: {
    told: string[];
    runs: Set<string>;
    away: boolean;
    still: boolean;
    sick: Set<string>;
    /** Workflows that came to their end by themselves. */
    done: Set<string>;
  };
  /** Of sandboxes: of which task, `past` their deadline, or `all`. */
  removed: string[];
  keeper: TaskLifecycleActivities;
  sweep: () => Promise<void>;
}

export const stage = {} as SweepStage;

/** Sets the stage anew for each test of a file. */
export function useSweepStage(): void {
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vx11-sweep-'));
    const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
    const none = { away: false, still: false, sick: new Set<string>(), done: new Set<string>() };
    const temporal = { told: [], runs: new Set<string>(), ...none };
    Object.assign(stage, { folder, store, temporal, now: noon, ahead: 0, removed: [] });
    const log = pino({ level: 'silent' });
    const sandboxes = {
      removeOf: async (id: string) => void stage.removed.push(id),
      remove: async (which: { past: number } | 'all') => {
        stage.removed.push(which === 'all' ? 'all' : 'past');
        return 0;
      },
    };
    const monotonic = (): number => stage.now;
    const watch = createSpawnerWatch({ host: 'box', store, monotonic });
    stage.keeper = createTaskLifecycle({
      store,
      watch,
      home: folder,
      callbackAllow: ['127.0.0.1'],
      removeSandboxes: (id) => sandboxes.removeOf(id),
      tellToEnd: async () => undefined,
      log,
    });
    const rest = { host: 'box', store, runs, keeper: stage.keeper, sandboxes, log };
    const clocks = { clock: () => stage.now, wall: () => stage.now - stage.ahead, monotonic };
    stage.sweep = createTaskSweep({ ...rest, folder, historyMs: 1000_000, watch, ...clocks });
  });
  afterEach(async () => {
    await stage.store.close();
    await rm(stage.folder, { recursive: true });
  });
}

const ask = async (id: string): Promise<void> => {
  const { temporal } = stage;
  if (temporal.away || temporal.sick.has(id)) throw new Error('away');
  if (temporal.still) await new Promise(() => undefined);
};
const runs: TaskRuns = {
  async runs(id) {
    await ask(id);
    return stage.temporal.runs.has(id);
  },
  async end(id, { reason }) {
    await ask(id);
    stage.temporal.told.push(`${id} ${reason}`);
  },
  async endAndCallBack({ spawn_id }, { reason }) {
    await ask(spawn_id);
    if (stage.temporal.done.has(spawn_id)) return false;
    stage.temporal.runs.add(spawn_id);
    stage.temporal.told.push(`${spawn_id} ${reason}, call back`);
    return true;
  },
};

export async function add(change: Partial<SpawnView> = {}): Promise<SpawnView> {
  const { view, spec } = aSpawn(change, stage.now - stage.ahead);
  await stage.store.spawns.create(view, spec, []);
  stage.temporal.runs.add(view.spawn_id);
  return view;
}
/** Holds the spawner's window open until then. */
export const lease = (deadline: number) =>
  stage.store.leases.reserve(
    'window-00000001',
    [{ window_id: 'window-00000001', host: 'box', service: 'spawner', deadline, is_open: true }],
    stage.now,
  );
/** The spawner's, which began long ago. */
export const beat = (): Promise<void> =>
  stage.store.presence.beat({
    process: 'spawner',
    host: 'box',
    at: stage.now - stage.ahead,
    detail: { since: noon - 1e9 },
  });
export const begin = (view: SpawnView) =>
  stage.store.spawns.change(view.spawn_id, (record) => ({
    view: running(record.view, 1, stage.now),
    attempt: anAttempt(),
    events: [],
  }));
/** Its attempt ends it, as a spawner writes that. */
export const finish = (view: SpawnView) =>
  stage.store.spawns.change(view.spawn_id, (record) => {
    const end = endedWithout('completed', 'exit', null);
    const rest = { artifacts: [], refused: [], started_at: null, finished_at: stage.now };
    return settleAttempt(record, { attempt: 1, end, ...rest }, 'spawner');
  });
/** Rounds as they come, for so long. */
export async function sweepFor(ms: number): Promise<void> {
  for (const until = stage.now + ms; stage.now < until; stage.now += 2000) await stage.sweep();
}
export const find = async (view: SpawnView) => (await stage.store.spawns.find(view.spawn_id))!;

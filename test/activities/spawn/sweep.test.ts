import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSpawnKeeper } from '../../../activities/spawn/keeper-activities.ts';
import { createSpawnSweep } from '../../../activities/spawn/sweep.ts';
import type { SpawnView } from '../../../contracts/spawn.ts';
import { running } from '../../../domain/spawn.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aSpawn } from '../../domain/spawn-samples.ts';

let folder: string;
let store: Store;
let now: number;
/** What Temporal has been told, and what it runs; `away` throws. */
let temporal: { told: string[]; runs: Set<string>; away: boolean };
let removed: string[];
let sweep: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-sweep-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  now = noon;
  temporal = { told: [], runs: new Set(), away: false };
  removed = [];
  const log = pino({ level: 'silent' });
  const ask = (): void => {
    if (temporal.away) throw new Error('away');
  };
  const runs = {
    runs: async (id: string) => {
      ask();
      return temporal.runs.has(id);
    },
    end: async (id: string, { reason }: { reason: string }) => {
      ask();
      temporal.told.push(`${id} ${reason}`);
    },
    endAndCallBack: async ({ spawn_id }: SpawnView, { reason }: { reason: string }) => {
      ask();
      temporal.told.push(`${spawn_id} ${reason}, call back`);
    },
  };
  const sandboxes = {
    removeOf: async (id: string) => void removed.push(id),
    remove: async (which: { past: number } | 'all') => {
      removed.push(which === 'all' ? 'all' : 'past');
      return 0;
    },
  };
  const keeper = createSpawnKeeper({
    store,
    home: folder,
    callbackAllow: [],
    removeSandboxes: (id) => sandboxes.removeOf(id),
    tellToEnd: async () => undefined,
    log,
  });
  const rest = { host: 'box', store, runs, keeper, sandboxes, log };
  const clock = () => now;
  sweep = createSpawnSweep({ ...rest, folder, historyMs: 1000_000, clock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const add = async (change: Partial<SpawnView> = {}): Promise<SpawnView> => {
  const { view, spec } = aSpawn(change, now);
  await store.spawns.create(view, spec, []);
  temporal.runs.add(view.spawn_id);
  return view;
};
const lease = (deadline: number) =>
  store.leases.reserve(
    'window-00000001',
    [{ window_id: 'window-00000001', host: 'box', service: 'spawner', deadline, is_open: true }],
    now,
  );
const beat = () => store.presence.beat({ process: 'spawner', host: 'box', at: now, detail: {} });
const find = async (view: SpawnView) => (await store.spawns.find(view.spawn_id))!;

test('while its window is open and its workflow runs, a task is left alone', async () => {
  await lease(noon + 1e6);
  const view = await add();
  for (; now < noon + 60_000; now += 2000) {
    await beat();
    await sweep();
  }
  expect(temporal.told).toEqual([]);
  expect((await find(view)).state).toBe('queued');
  expect(new Set(removed)).toEqual(new Set(['past']));
});

test('when the window closes every task is told to end, and ended when nobody does', async () => {
  const view = await add();
  await beat();
  await sweep();
  expect(temporal.told).toEqual([`${view.spawn_id} window_closed`]);
  now += 16_000;
  await beat();
  await sweep();
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
});

test('without a spawner and without Temporal, tasks of a closed window end all the same', async () => {
  const view = await add();
  await store.spawns.change(view.spawn_id, (record) => ({
    view: running(record.view, 1, now),
    attempt: anAttempt(),
    events: [],
  }));
  temporal.away = true;
  await sweep();
  now += 3000;
  await sweep();
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
  expect(removed).toContain('all');
  expect(removed).toContain(view.spawn_id);
});

test('a task whose workflow is gone is lost, but not while Temporal is away', async () => {
  await lease(noon + 1e6);
  const view = await add();
  temporal.runs.clear();
  temporal.away = true;
  now += 20_000;
  await beat();
  await sweep();
  expect((await find(view)).state).toBe('queued');
  temporal.away = false;
  now += 31_000;
  await beat();
  await sweep();
  expect(await find(view)).toMatchObject({ state: 'lost', cause: 'sandbox_lost' });
});

test('a task between two attempts is ended too', async () => {
  await lease(noon + 1e6);
  const view = await add();
  const iso = new Date(now).toISOString();
  const attempt = { ...anAttempt(), state: 'failed' as const, finished_at: iso };
  await store.spawns.change(view.spawn_id, (record) => ({
    view: record.view,
    attempt,
    events: [],
  }));
  temporal.runs.clear();
  now += 20_000;
  await beat();
  await sweep();
  expect(await find(view)).toMatchObject({ state: 'lost' });
});

test('who asked to be called back is, and a workflow that waits hears of the end, as soon as Temporal is there', async () => {
  const asked = await add({ callback_url: 'http://127.0.0.1/' });
  temporal.away = true;
  await sweep();
  now += 3000;
  await sweep();
  expect((await find(asked)).state).toBe('killed');
  expect(temporal.told).toEqual([]);
  temporal.away = false;
  await sweep();
  await sweep();
  expect(temporal.told).toEqual([`${asked.spawn_id} window_closed, call back`]);
});

test('a task that outlived its time is ended', async () => {
  await lease(noon + 1e9);
  const view = await add();
  now = Date.parse(view.expires_at) + 31_000;
  await beat();
  await sweep();
  expect(await find(view)).toMatchObject({ state: 'timeout' });
});

test('what ended long ago is forgotten with its files, and at rest the Engine is left alone', async () => {
  const view = await add();
  const elsewhere = 'spawn-00000000000000ff'; // another host forgot it
  for (const id of [view.spawn_id, elsewhere])
    await mkdir(join(folder, id, '1'), { recursive: true });
  await sweep();
  now += 16_000;
  await sweep();
  expect((await find(view)).finished_at).not.toBeNull();
  // an end is written by the wall clock
  now = Date.now() + 4_000_000;
  removed.length = 0;
  await sweep();
  expect(await store.spawns.find(view.spawn_id)).toBeNull();
  expect(existsSync(join(folder, view.spawn_id))).toBe(false);
  expect(existsSync(join(folder, elsewhere))).toBe(false);
  expect(removed).toEqual([]);
});

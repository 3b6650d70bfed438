import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createSpawnKeeper } from '../../../activities/spawn/keeper-activities.ts';
import { settleAttempt } from '../../../activities/spawn/settle-attempt.ts';
import type { SpawnKeeperActivities } from '../../../activities/spawn/spawn-activities.ts';
import { createSpawnerWatch } from '../../../activities/spawn/spawner-watch.ts';
import { createSpawnSweep } from '../../../activities/spawn/sweep.ts';
import type { SpawnView } from '../../../contracts/spawn.ts';
import { endedWithout, running } from '../../../domain/spawn.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aSpawn } from '../../domain/spawn-samples.ts';

let folder: string;
let store: Store;
/** madre's clock, which is held up, and how far the wall clock was set back behind it. */
let now: number;
let ahead: number;
/** What Temporal has been told, and what it runs; `away` throws, `still` never answers, and of `sick` tasks nothing is taken. */
let temporal: {
  told: string[];
  runs: Set<string>;
  away: boolean;
  still: boolean;
  sick: Set<string>;
  /** Workflows that came to their end by themselves. */
  done: Set<string>;
};
let removed: string[];
let keeper: SpawnKeeperActivities;
let sweep: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-sweep-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  now = noon;
  ahead = 0;
  temporal = {
    told: [],
    runs: new Set(),
    away: false,
    still: false,
    sick: new Set(),
    done: new Set(),
  };
  removed = [];
  const log = pino({ level: 'silent' });
  const ask = async (id: string): Promise<void> => {
    if (temporal.away || temporal.sick.has(id)) throw new Error('away');
    if (temporal.still) await new Promise(() => undefined);
  };
  const runs = {
    runs: async (id: string) => {
      await ask(id);
      return temporal.runs.has(id);
    },
    end: async (id: string, { reason }: { reason: string }) => {
      await ask(id);
      temporal.told.push(`${id} ${reason}`);
    },
    endAndCallBack: async ({ spawn_id }: SpawnView, { reason }: { reason: string }) => {
      await ask(spawn_id);
      if (temporal.done.has(spawn_id)) return false;
      temporal.runs.add(spawn_id);
      temporal.told.push(`${spawn_id} ${reason}, call back`);
      return true;
    },
  };
  const sandboxes = {
    removeOf: async (id: string) => void removed.push(id),
    remove: async (which: { past: number } | 'all') => {
      removed.push(which === 'all' ? 'all' : 'past');
      return 0;
    },
  };
  const monotonic = (): number => now;
  const watch = createSpawnerWatch({ host: 'box', store, monotonic });
  keeper = createSpawnKeeper({
    store,
    watch,
    home: folder,
    callbackAllow: ['127.0.0.1'],
    removeSandboxes: (id) => sandboxes.removeOf(id),
    tellToEnd: async () => undefined,
    log,
  });
  const rest = { host: 'box', store, runs, keeper, sandboxes, log };
  const clocks = { clock: () => now, wall: () => now - ahead, monotonic };
  sweep = createSpawnSweep({ ...rest, folder, historyMs: 1000_000, watch, ...clocks });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const add = async (change: Partial<SpawnView> = {}): Promise<SpawnView> => {
  const { view, spec } = aSpawn(change, now - ahead);
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
const beat = () =>
  store.presence.beat({
    process: 'spawner',
    host: 'box',
    at: now - ahead,
    detail: { since: noon - 1e9 },
  });
const begin = (view: SpawnView) =>
  store.spawns.change(view.spawn_id, (record) => ({
    view: running(record.view, 1, now),
    attempt: anAttempt(),
    events: [],
  }));
/** Rounds as they come, for so long. */
const sweepFor = async (ms: number): Promise<void> => {
  for (const until = now + ms; now < until; now += 2000) await sweep();
};
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

test('the wall clock is set back: sandboxes and tasks of a spawner that lives are left alone', async () => {
  await lease(noon + 1e9);
  ahead = 3_600_000;
  const brief = new Date(noon - ahead + 60_000).toISOString();
  const view = await add({ expires_at: brief });
  for (; now < noon + 60_000; now += 2000) {
    await beat();
    await sweep();
  }
  expect((await find(view)).state).toBe('queued');
  expect(new Set(removed)).toEqual(new Set(['past']));
});

test('a spawner that could not be heard is waited for, and one that stays silent is gone', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await sweepFor(4000);
  for (const gap of [20_000, 60_000]) {
    now += gap; // the host slept, or the store was away
    await sweepFor(12_000);
    expect(removed).not.toContain('all');
  }
  await sweepFor(10_000);
  expect(removed).toContain('all');
});

test('looks that fail count as no silence', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await sweep();
  const { presence } = store;
  for (let rounds = 0; rounds < 4; rounds += 1) {
    await sweepFor(6000);
    store.presence = { ...presence, list: () => Promise.reject(new Error('away')) };
    await expect(sweep()).rejects.toThrow('away');
    store.presence = presence;
    now += 2000;
  }
  expect(removed).not.toContain('all');
});

test('an attempt that is not heard of is let be until its spawner was silent while it could be heard', async () => {
  const view = await add();
  await begin(view);
  await beat();
  const ask = () =>
    keeper.finishAttempt({ spawn_id: view.spawn_id, attempt: 1, verdict: 'unheard' });
  now += 20_000;
  expect(await ask()).toMatchObject({ again: true });
  now += 5000;
  expect(await ask()).toMatchObject({ again: true });
  now += 5000;
  expect(await ask()).toMatchObject({ state: 'lost', ended: true });
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
  await begin(view);
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
  await beat();
  await sweep();
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

/** Its attempt ends it, as a spawner writes that. */
const finish = (view: SpawnView) =>
  store.spawns.change(view.spawn_id, (record) => {
    const end = endedWithout('completed', 'exit', null);
    const rest = { artifacts: [], refused: [], started_at: null, finished_at: now };
    return settleAttempt(record, { attempt: 1, end, ...rest }, 'spawner');
  });

test('who asked is called back although the workflow was gone when the task ended, also by another madre', async () => {
  await lease(noon + 1e9);
  const view = await add({ callback_url: 'http://127.0.0.1/' });
  const silent = await add();
  temporal.runs.clear();
  await finish(view);
  await finish(silent);
  await sweep();
  expect(temporal.told).toEqual([]); // its workflow may be at it
  await sweepFor(12_000);
  expect(temporal.told).toEqual([`${view.spawn_id} cancelled, call back`]);
  await sweepFor(200_000);
  expect(temporal.told).toHaveLength(1);
  expect(await store.spawns.untold('nas', 10)).toEqual([]);
});

test('a callback that its workflow has seen to is not asked for again', async () => {
  await lease(noon + 1e9);
  const [busy, done] = [
    await add({ callback_url: 'http://127.0.0.1/' }),
    await add({ callback_url: 'http://127.0.0.1/' }),
  ];
  temporal.done.add(done.spawn_id);
  temporal.runs.delete(done.spawn_id);
  await finish(busy);
  await finish(done);
  await sweepFor(60_000);
  expect(temporal.told).toEqual([]);
  const untold = await store.spawns.untold('box', 10);
  expect(untold.map(({ spawn_id }) => spawn_id)).toEqual([busy.spawn_id]);
});

test('a callback that was delivered is noted', async () => {
  const server = createServer((_, reply) => void reply.writeHead(204).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const view = await add({ callback_url: `http://127.0.0.1:${port}/` });
  await finish(view);
  expect(await store.spawns.untold('box', 10)).toHaveLength(1);
  await keeper.deliverCallback({ spawn_id: view.spawn_id });
  expect(await store.spawns.untold('box', 10)).toEqual([]);
});

test('while Temporal stands still, a round is short, and all that needs it not is done', async () => {
  const views: SpawnView[] = [];
  for (let at = 0; at < 100; at += 1) views.push(await add());
  temporal.still = true;
  const from = performance.now();
  await sweep();
  expect(await store.spawns.endings(views.map(({ spawn_id }) => spawn_id))).toHaveProperty(
    'size',
    100,
  );
  expect(removed).toEqual(['all']);
  now += 16_000;
  await sweep();
  expect((await store.spawns.live()).length).toBe(0);
  expect(performance.now() - from).toBeLessThan(8000);
});

test('a workflow that cannot be told keeps no other from it', async () => {
  const views: SpawnView[] = [];
  for (; views.length < 3; now += 1) views.push(await add());
  temporal.away = true;
  await sweep();
  now += 3000;
  await sweep();
  temporal.away = false;
  const [sick, ...well] = views.map(({ spawn_id }) => spawn_id);
  temporal.sick.add(sick!);
  await sweep();
  expect(temporal.told.toSorted()).toEqual(well.map((id) => `${id} window_closed`));
  temporal.sick.clear();
  await sweep();
  expect(temporal.told.at(-1)).toBe(`${sick} window_closed`);
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

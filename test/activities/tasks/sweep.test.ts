import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SpawnView } from '../../../contracts/spawn.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt } from '../../domain/tasks/samples.ts';
import { add, beat, begin, find, lease, stage, useSweepStage } from './sweep-stage.ts';

useSweepStage();

test('while its window is open and its workflow runs, a task is left alone', async () => {
  await lease(noon + 1e6);
  const view = await add();
  for (; stage.now < noon + 60_000; stage.now += 2000) {
    await beat();
    await stage.sweep();
  }
  expect(stage.temporal.told).toEqual([]);
  expect((await find(view)).state).toBe('queued');
  expect(new Set(stage.removed)).toEqual(new Set(['past']));
});

test('when the window closes every task is told to end, and ended when nobody does', async () => {
  const view = await add();
  await beat();
  await stage.sweep();
  expect(stage.temporal.told).toEqual([`${view.spawn_id} window_closed`]);
  stage.now += 16_000;
  await beat();
  await stage.sweep();
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
});

test('without a spawner and without Temporal, tasks of a closed window end all the same', async () => {
  const view = await add();
  await begin(view);
  stage.temporal.away = true;
  await expect(stage.sweep()).rejects.toThrow('away');
  stage.now += 3000;
  await expect(stage.sweep()).rejects.toThrow('away');
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
  expect(stage.removed).toContain('all');
  expect(stage.removed).toContain(view.spawn_id);
});

test('a task whose workflow is gone is lost, but not while Temporal is away', async () => {
  await lease(noon + 1e6);
  const view = await add();
  stage.temporal.runs.clear();
  stage.temporal.away = true;
  stage.now += 20_000;
  await beat();
  await stage.sweep();
  expect((await find(view)).state).toBe('queued');
  stage.temporal.away = false;
  stage.now += 31_000;
  await beat();
  await stage.sweep();
  expect(await find(view)).toMatchObject({ state: 'lost', cause: 'sandbox_lost' });
});

test('a task between two attempts is ended too', async () => {
  await lease(noon + 1e6);
  const view = await add();
  const iso = new Date(stage.now).toISOString();
  const attempt = { ...anAttempt(), state: 'failed' as const, finished_at: iso };
  await stage.store.spawns.change(view.spawn_id, (record) => ({
    view: record.view,
    attempt,
    events: [],
  }));
  stage.temporal.runs.clear();
  await beat();
  await stage.sweep();
  stage.now += 20_000;
  await beat();
  await stage.sweep();
  expect(await find(view)).toMatchObject({ state: 'lost' });
});

test('while Temporal stands still, a round ends, and all that needs it not is done', async () => {
  const views: SpawnView[] = [];
  for (let at = 0; at < 100; at += 1) views.push(await add());
  stage.temporal.still = true;
  await stage.sweep();
  expect(await stage.store.spawns.endings(views.map(({ spawn_id }) => spawn_id))).toHaveProperty(
    'size',
    100,
  );
  expect(stage.removed).toEqual(['all']);
  stage.now += 16_000;
  await stage.sweep();
  expect((await stage.store.spawns.live()).length).toBe(0);
});

test('a workflow that cannot be told keeps no other from it', async () => {
  const views: SpawnView[] = [];
  for (; views.length < 3; stage.now += 1) views.push(await add());
  stage.temporal.away = true;
  await expect(stage.sweep()).rejects.toThrow('away');
  stage.now += 3000;
  await expect(stage.sweep()).rejects.toThrow('away');
  stage.temporal.away = false;
  const [sick, ...well] = views.map(({ spawn_id }) => spawn_id);
  stage.temporal.sick.add(sick!);
  await expect(stage.sweep()).rejects.toThrow(`failed; signal ${sick}: away`);
  expect(stage.temporal.told.toSorted()).toEqual(well.map((id) => `${id} window_closed`));
  stage.temporal.sick.clear();
  await stage.sweep();
  expect(stage.temporal.told.at(-1)).toBe(`${sick} window_closed`);
});

test('a task that outlived its time is ended', async () => {
  await lease(noon + 1e9);
  const view = await add();
  stage.now = Date.parse(view.expires_at) + 31_000;
  await beat();
  await stage.sweep();
  expect(await find(view)).toMatchObject({ state: 'timeout' });
});

test('what ended long ago is forgotten with its files, and at rest the Engine is left alone', async () => {
  const view = await add();
  const elsewhere = 'spawn-00000000000000ff'; // another host forgot it
  for (const id of [view.spawn_id, elsewhere])
    await mkdir(join(stage.folder, id, '1'), { recursive: true });
  await stage.sweep();
  stage.now += 16_000;
  await stage.sweep();
  expect((await find(view)).finished_at).not.toBeNull();
  // an end is written by the wall clock
  stage.now = Date.now() + 4_000_000;
  stage.removed.length = 0;
  await stage.sweep();
  expect(await stage.store.spawns.find(view.spawn_id)).toBeNull();
  expect(existsSync(join(stage.folder, view.spawn_id))).toBe(false);
  expect(existsSync(join(stage.folder, elsewhere))).toBe(false);
  expect(stage.removed).toEqual([]);
});

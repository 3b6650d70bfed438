import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TaskView } from '../../../contracts/task.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt } from '../../domain/tasks/samples.ts';
import { add, beat, begin, find, lease, fixture, useSweepFixture } from './sweep-fixture.ts';

useSweepFixture();

test('a task is left alone while its window is open and its workflow runs', async () => {
  await lease(noon + 1e6);
  const view = await add();
  for (; fixture.now < noon + 60_000; fixture.now += 2000) {
    await beat();
    await fixture.sweep();
  }
  expect(fixture.temporal.signals).toEqual([]);
  expect((await find(view)).state).toBe('queued');
  expect(new Set(fixture.removed)).toEqual(new Set(['past']));
});

test('when the window closes every task is signalled to end, and is ended if that has no effect', async () => {
  const view = await add();
  await beat();
  await fixture.sweep();
  expect(fixture.temporal.signals).toEqual([`${view.spawn_id} window_closed`]);
  fixture.now += 16_000;
  await beat();
  await fixture.sweep();
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
});

test('tasks of a closed window end even without a spawner and without Temporal', async () => {
  const view = await add();
  await begin(view);
  fixture.temporal.away = true;
  await expect(fixture.sweep()).rejects.toThrow('away');
  fixture.now += 3000;
  await expect(fixture.sweep()).rejects.toThrow('away');
  expect(await find(view)).toMatchObject({ state: 'killed', cause: 'window_closed' });
  expect(fixture.removed).toContain('all');
  expect(fixture.removed).toContain(view.spawn_id);
});

test('a task whose workflow is gone is lost, but not while Temporal is unavailable', async () => {
  await lease(noon + 1e6);
  const view = await add();
  fixture.temporal.runs.clear();
  fixture.temporal.away = true;
  fixture.now += 20_000;
  await beat();
  await fixture.sweep();
  expect((await find(view)).state).toBe('queued');
  fixture.temporal.away = false;
  fixture.now += 31_000;
  await beat();
  await fixture.sweep();
  expect(await find(view)).toMatchObject({ state: 'lost', cause: 'sandbox_lost' });
});

test('a task between two attempts is ended too', async () => {
  await lease(noon + 1e6);
  const view = await add();
  const iso = new Date(fixture.now).toISOString();
  const attempt = { ...anAttempt(), state: 'failed' as const, finished_at: iso };
  await fixture.store.tasks.change(view.spawn_id, (record) => ({
    view: record.view,
    attempt,
    events: [],
  }));
  fixture.temporal.runs.clear();
  await beat();
  await fixture.sweep();
  fixture.now += 20_000;
  await beat();
  await fixture.sweep();
  expect(await find(view)).toMatchObject({ state: 'lost' });
});

test('while Temporal hangs, a round ends and does everything that does not need Temporal', async () => {
  const views: TaskView[] = [];
  for (let at = 0; at < 100; at += 1) views.push(await add());
  fixture.temporal.still = true;
  await fixture.sweep();
  expect(await fixture.store.tasks.endings(views.map(({ spawn_id }) => spawn_id))).toHaveProperty(
    'size',
    100,
  );
  expect(fixture.removed).toEqual(['all']);
  fixture.now += 16_000;
  await fixture.sweep();
  expect((await fixture.store.tasks.live()).length).toBe(0);
});

test('a workflow that cannot be signalled does not prevent the signals to others', async () => {
  const views: TaskView[] = [];
  for (; views.length < 3; fixture.now += 1) views.push(await add());
  fixture.temporal.away = true;
  await expect(fixture.sweep()).rejects.toThrow('away');
  fixture.now += 3000;
  await expect(fixture.sweep()).rejects.toThrow('away');
  fixture.temporal.away = false;
  const [sick, ...well] = views.map(({ spawn_id }) => spawn_id);
  fixture.temporal.sick.add(sick!);
  await expect(fixture.sweep()).rejects.toThrow(`failed; signal ${sick}: away`);
  expect(fixture.temporal.signals.toSorted()).toEqual(well.map((id) => `${id} window_closed`));
  fixture.temporal.sick.clear();
  await fixture.sweep();
  expect(fixture.temporal.signals.at(-1)).toBe(`${sick} window_closed`);
});

test('a task past its time is ended', async () => {
  await lease(noon + 1e9);
  const view = await add();
  fixture.now = Date.parse(view.expires_at) + 31_000;
  await beat();
  await fixture.sweep();
  expect(await find(view)).toMatchObject({ state: 'timeout' });
});

test('tasks that ended long ago are deleted with their files, and at rest the Engine is not called', async () => {
  const view = await add();
  const elsewhere = 'spawn-00000000000000ff'; // deleted by another host
  for (const id of [view.spawn_id, elsewhere])
    await mkdir(join(fixture.folder, id, '1'), { recursive: true });
  await fixture.sweep();
  fixture.now += 16_000;
  await fixture.sweep();
  expect((await find(view)).finished_at).not.toBeNull();
  // an end is recorded by the wall clock
  fixture.now = Date.now() + 4_000_000;
  fixture.removed.length = 0;
  await fixture.sweep();
  expect(await fixture.store.tasks.find(view.spawn_id)).toBeNull();
  expect(existsSync(join(fixture.folder, view.spawn_id))).toBe(false);
  expect(existsSync(join(fixture.folder, elsewhere))).toBe(false);
  expect(fixture.removed).toEqual([]);
});

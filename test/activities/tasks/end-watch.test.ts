import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEndWatch, type EndWatch } from '../../../activities/tasks/end-watch.ts';
import { settleAttempt } from '../../../activities/tasks/settle-attempt.ts';
import { endedWithout, running } from '../../../domain/tasks/task.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aTask } from '../../domain/tasks/samples.ts';
import { until } from '../../stack/wait.ts';

let folder: string;
let store: Store;
let watch: EndWatch;
let reasons: string[];
let ends: (() => void)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-watch-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  watch = createEndWatch(store);
  reasons = [];
  ends = [];
});
afterEach(async () => {
  for (const end of ends) end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await store.close();
  await rm(folder, { recursive: true });
});

/** A task whose first attempt runs, with a retry left. */
async function aRunning(): Promise<string> {
  const { view, spec } = aTask({ max_retries: 3 });
  await store.tasks.create(view, spec, []);
  await begin(view.spawn_id, 1);
  return view.spawn_id;
}
const begin = (id: string, attempt: number) =>
  store.tasks.change(id, ({ view }) => ({
    view: running(view, attempt, noon),
    attempt: anAttempt({ attempt }),
    events: [],
  }));
const lose = (id: string) =>
  store.tasks.change(id, (record) => {
    const end = endedWithout('lost', 'sandbox_lost', null);
    const none = { artifacts: [], refused: [], started_at: null, finished_at: noon };
    return settleAttempt(record, { attempt: 1, end, ...none }, 'madre');
  });
function follow(spawn_id: string, attempt: number): () => void {
  const end = watch.watch({ spawn_id, attempt }, (reason) => reasons.push(`${attempt} ${reason}`));
  ends.push(end);
  return end;
}

test('an attempt is ended when the end of its task is requested', async () => {
  const id = await aRunning();
  follow(id, 1);
  await store.tasks.requestEnd(id, { reason: 'window_closed', by: 'madre', at: noon });
  await until('the attempt ended', () => reasons.length > 0);
  expect(reasons[0]).toBe('1 window_closed');
});

test('an attempt that is recorded as ended is ended, and its retry is not', async () => {
  const id = await aRunning();
  follow(id, 1);
  await lose(id);
  await begin(id, 2);
  follow(id, 2);
  await until('the attempt ended', () => reasons.length > 0);
  expect(new Set(reasons)).toEqual(new Set(['1 cancelled']));
});

test('an attempt that stops watching does not affect the others', async () => {
  const id = await aRunning();
  const leave = follow(id, 1);
  follow(id, 2);
  leave();
  await store.tasks.requestEnd(id, { reason: 'cancelled', by: 'ada', at: noon });
  await until('the other one ended', () => reasons.length > 0);
  expect(new Set(reasons)).toEqual(new Set(['2 cancelled']));
});

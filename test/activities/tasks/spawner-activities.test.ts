import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSpawnerActivities } from '../../../activities/tasks/create-spawner-activities.ts';
import { createEndWatch } from '../../../activities/tasks/end-watch.ts';
import type { EndReason } from '../../../contracts/task.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { aTask } from '../../domain/tasks/samples.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-spawner-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  await store.close();
  await rm(folder, { recursive: true });
});

/** Returns the reason with which an attempt ends when Temporal cancels it and the store has this reason. */
async function reasonGiven(reason: EndReason | null, away = false): Promise<unknown> {
  const { view, spec } = aTask();
  const { spawn_id } = view;
  await store.tasks.create(view, spec, []);
  if (reason !== null) await store.tasks.requestEnd(spawn_id, { reason, by: 'madre', at: noon });
  if (away) store.tasks.endings = () => new Promise(() => undefined);
  const env = new MockActivityEnvironment();
  let given: unknown;
  const { runAttempt } = createSpawnerActivities(
    async (_, signal) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve));
      env.cancel();
      await ended;
      given = signal.reason;
      return { state: 'cancelled', ended: true, pause_ms: 0 };
    },
    createEndWatch(store),
    new AbortController().signal,
  );
  await env.run(runAttempt, { spawn_id, attempt: 1 });
  return given;
}

test.each([
  ['window_closed', 'window_closed'],
  ['cancelled', 'cancelled'],
  ['cancelled', null],
] as const)(
  'a cancel by Temporal ends the attempt as %s if the store says %s',
  async (ended, stored) => {
    expect(await reasonGiven(stored)).toBe(ended);
  },
);

test('a store that does not answer does not prevent a cancel', async () => {
  expect(await reasonGiven('window_closed', true)).toBe('cancelled');
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createAdmission } from '../../../activities/tasks/admission.ts';
import { createTaskMetrics } from '../../../activities/tasks/metrics.ts';
import { createRunAttempt } from '../../../activities/tasks/run-attempt.ts';
import { openStore } from '../../../store/index.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { createFakeSandboxes } from '../../workflows/fake-sandboxes.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('an attempt that is over leaves nothing in memory, however long its time limit was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-attempt-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const sandboxes = createFakeSandboxes();
  const run = createRunAttempt({
    store,
    sandboxes,
    admission: createAdmission({ memory_bytes: 2 ** 40, cpus: 1000 }, sandboxes),
    folder: join(folder, 'spawns'),
    owner: null,
    metrics: createTaskMetrics(new Registry()),
    log: pino({ level: 'silent' }),
  });
  /** Stands for the state that Temporal keeps while an activity may still act. */
  const context = new AsyncLocalStorage<object>();
  const attempt = async (): Promise<WeakRef<object>> => {
    const { view, spec } = aTask({}, Date.now());
    await store.tasks.create(view, spec, []);
    const kept = { of: view.spawn_id };
    const input = { spawn_id: view.spawn_id, attempt: 1 };
    const report = await context.run(kept, () => run(input, new AbortController().signal));
    expect(report).toMatchObject({ state: 'completed', ended: true });
    return new WeakRef(kept);
  };
  const kept = await attempt();
  await sleep(20);
  collectGarbage();
  expect(kept.deref()).toBeUndefined();
  await store.close();
  await rm(folder, { recursive: true });
});

test('when a retry starts, the files of the earlier attempt are gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-attempt-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const sandboxes = createFakeSandboxes();
  const run = createRunAttempt({
    store,
    sandboxes,
    admission: createAdmission({ memory_bytes: 2 ** 40, cpus: 1000 }, sandboxes),
    folder,
    owner: null,
    metrics: createTaskMetrics(new Registry()),
    log: pino({ level: 'silent' }),
  });
  const { view, spec } = aTask({ max_retries: 1 }, Date.now());
  const { spawn_id } = view;
  await store.tasks.create(view, spec, []);
  const left = join(folder, spawn_id, '1', 'left');
  const seen: boolean[] = [];
  sandboxes.outcome = ({ attempt }) => {
    if (attempt === 1) mkdirSync(left, { recursive: true });
    seen.push(existsSync(left));
    return { outcome: 'failed', exit_code: 1 };
  };
  for (const attempt of [1, 2]) await run({ spawn_id, attempt }, new AbortController().signal);
  expect(seen).toEqual([true, false]);
  await store.close();
  await rm(folder, { recursive: true });
});

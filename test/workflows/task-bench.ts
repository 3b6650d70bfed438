import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createAdmission } from '../../activities/tasks/admission.ts';
import { createSpawnerActivities } from '../../activities/tasks/create-spawner-activities.ts';
import { createEndWatch } from '../../activities/tasks/end-watch.ts';
import { createTaskLifecycle } from '../../activities/tasks/task-lifecycle.ts';
import { createTaskMetrics } from '../../activities/tasks/metrics.ts';
import { createRunAttempt } from '../../activities/tasks/run-attempt.ts';
import { createSpawnerWatch } from '../../activities/tasks/spawner-watch.ts';
import { newId, taskWorkflowId } from '../../contracts/ids.ts';
import { powerQueue, spawnerQueue } from '../../contracts/queues.ts';
import type { TaskView } from '../../contracts/task.ts';
import { openStore, type Store } from '../../store/index.ts';
import { endSpawn, type EndTask } from '../../workflows/messages.ts';
import { taskStart } from '../../workflows/task-start.ts';
import type { spawnOnce } from '../../workflows/spawn-once.ts';
import { aTask } from '../domain/tasks/samples.ts';
import { createFakeSandboxes, type FakeSandboxes } from './fake-sandboxes.ts';
import { testBundle } from './temporal-bench.ts';
import { breakable, connectWorkers, type Calls } from './workers.ts';

const silent = pino({ level: 'silent' });

/** The real workflow, activities and store of tasks on their own queues; only the sandboxes are in memory. */
export interface TaskBench extends Calls {
  store: Store;
  sandboxes: FakeSandboxes;
  /** Stores a task and starts its workflow. */
  start(change?: Partial<TaskView>, now?: number): Promise<TaskView>;
  handle(view: TaskView): WorkflowHandle<typeof spawnOnce>;
  requestEnd(view: TaskView, message: EndTask): Promise<void>;
  /** Runs an attempt as the activity does, outside the workflow. */
  runAttempt(input: { spawn_id: string; attempt: number }): Promise<unknown>;
  stop(): Promise<void>;
}

/** @param options.spawner false starts no worker for the spawner's queue */
export async function startTaskBench(
  address: string,
  options: { spawner: boolean; host?: string } = { spawner: true },
): Promise<TaskBench> {
  const host = options.host ?? `host-${newId('run').slice(4)}`;
  const folder = await mkdtemp(join(tmpdir(), 'vx11-spawn-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const workflowsIn = await testBundle(); // before anything native
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  const sandboxes = createFakeSandboxes();
  const handle = (id: string) => client.workflow.getHandle<typeof spawnOnce>(taskWorkflowId(id));
  const run = createRunAttempt({
    store,
    sandboxes,
    admission: createAdmission({ memory_bytes: 2 ** 40, cpus: 1000 }, sandboxes),
    folder: join(folder, 'spawns'),
    owner: null,
    metrics: createTaskMetrics(new Registry()),
    log: silent,
  });
  const keeper = createTaskLifecycle({
    store,
    watch: createSpawnerWatch({ host, store, monotonic: () => performance.now() }),
    home: folder,
    callbackAllow: ['127.0.0.1'],
    removeSandboxes: async () => undefined,
    requestEnd: async (id, by) => {
      await handle(id).signal(endSpawn, { reason: 'cancelled', by });
    },
    log: silent,
  });
  const spawner = createSpawnerActivities(run, createEndWatch(store), new AbortController().signal);

  const activitiesOf = (all: object) =>
    breakable(all as Record<string, () => Promise<unknown>>, () => bench);
  await workers.start({ taskQueue, workflowBundle: workflowsIn });
  await workers.start({ taskQueue: powerQueue(host), activities: activitiesOf(keeper) });
  if (options.spawner) {
    await workers.start({
      taskQueue: spawnerQueue(host),
      activities: activitiesOf(spawner),
      maxHeartbeatThrottleInterval: 200,
    });
  }
  const bench: TaskBench = {
    store,
    sandboxes,
    calls: [],
    fault: null,
    async start(change = {}, now = Date.now()) {
      const { view, spec } = aTask({ ...change, host }, now);
      const hex = newId('run').slice(4);
      const ids = { spawn_id: `spawn-${hex}`, spawn_uuid: `${hex.slice(0, 8)}-${hex.slice(8)}` };
      const task = { ...view, ...ids };
      await store.tasks.create(task, spec, []);
      await client.workflow.start('spawnOnce', { ...taskStart(task), taskQueue });
      return task;
    },
    handle: (view) => handle(view.spawn_id),
    requestEnd: (view, message) => handle(view.spawn_id).signal(endSpawn, message),
    runAttempt: (input) => run(input, new AbortController().signal),
    async stop() {
      await workers.stop();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { propose } from '../../../activities/plans/propose.ts';
import { idOfStep, newId } from '../../../contracts/ids.ts';
import type { PlanView, StepDraft } from '../../../contracts/plan.ts';
import { powerQueue } from '../../../contracts/queues.ts';
import type { TaskView } from '../../../contracts/task.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { planRuns } from '../../../workers/temporal/runs/plan-runs.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../tasks/task-stack.ts';
import { startStack, type StackOptions } from '../../stack/stack.ts';
import { startTemporal } from '../../stack/temporal.ts';
import { startEngineProxy, type EngineProxy } from './engine-proxy.ts';
import { startTemporalProxy, type TemporalProxy } from './temporal-proxy.ts';
import { noChecks, noRepairs } from '../../activities/plans/no-checks.ts';

/** A stack whose madre reaches Temporal and the Engine through proxies that a test can block at a given moment. */
export interface PlanFixture extends TaskStack {
  store: Store;
  /** The test's own client, past the proxy. */
  client: Client;
  temporalProxy: TemporalProxy;
  engine: EngineProxy;
  /** Proposes steps of a plan as madre's loop does; madre carries them out. */
  propose(steps: StepDraft[]): Promise<PlanView>;
}

export async function startPlanFixture(options: {
  services: StackOptions['services'];
  'x-vx11'?: Record<string, unknown>;
}): Promise<PlanFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-fault-plans-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const destroy = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of ends.toReversed()) await end().catch((error) => void failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'the stack did not end completely');
  };
  try {
    const temporal = await startTemporal({ folder });
    ends.push(() => temporal.stop());
    const temporalProxy = await startTemporalProxy(temporal.address);
    ends.push(() => temporalProxy.close());
    const engine = await startEngineProxy(join(folder, 'engine.sock'), '/var/run/docker.sock');
    ends.push(() => engine.close());
    const stack = await startStack({
      ...options,
      env: await spawnerSettings(),
      madreEnv: { TEMPORAL_ADDRESS: temporalProxy.address, VX11_DOCKER_SOCKET: engine.socket },
      temporalAddress: temporal.address,
    });
    const spawning = addSpawner(stack);
    ends.push(() => spawning.destroy());
    const store = await openStore(stack.env['VX11_STORE_URL']!);
    ends.push(() => store.close());
    const connection = await NativeConnection.connect({ address: temporal.address });
    ends.push(() => connection.close());
    const client = new Client({ connection, identity: 'vx11-test' });
    const runs = planRuns(client, powerQueue(stack.env['VX11_HOST']!));
    const deps = {
      store,
      clock: Date.now,
      log: pino({ level: 'silent' }),
      runs: () => runs,
      spawner: null,
      checks: noChecks,
      repairs: noRepairs,
      patches: null,
      roles: {},
    };
    const about = { source: 'autonomous', actor: 'test', reason: null } as const;
    return {
      ...spawning,
      store,
      client,
      temporalProxy,
      engine,
      propose: async (steps) =>
        (await propose(deps, { ...about, steps, correlation_id: newId('run') })).plan,
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

/** Tasks that a plan has started. */
export async function tasksOf(store: Store, planId: string): Promise<TaskView[]> {
  const { spawns } = await store.tasks.list({ limit: 1000 });
  return spawns.filter(({ metadata }) => metadata?.['plan_id'] === planId);
}

/** The progress of a plan in the store. */
export interface PlanProgress {
  plan: string;
  /** The status of each step, in order. */
  steps: string;
  /** The state of each window that a step opened for itself, such as `s1 open`. */
  windows: string;
  /** The state of its task; empty without a task. */
  task: string;
}

export async function progressOf(store: Store, planId: string): Promise<PlanProgress> {
  const plan = (await store.plans.find(planId))!;
  const windows: string[] = [];
  for (const { step_id } of plan.steps) {
    const view = await store.windows.find(idOfStep('window', planId, step_id));
    if (view !== null) windows.push(`${step_id} ${view.state}`);
  }
  const tasks = await tasksOf(store, planId);
  return {
    plan: plan.status,
    steps: plan.steps.map(({ status }) => status).join(' '),
    windows: windows.join(', '),
    task: tasks.map(({ state }) => state).join(', '),
  };
}

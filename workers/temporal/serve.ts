import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateStage,
  type WorkflowHandle,
} from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { PlanRuns } from '../../activities/plans/ports.ts';
import type { PowerActivities } from '../../activities/power/power-activities.ts';
import type { TaskLifecycleActivities } from '../../activities/tasks/spawn-activities.ts';
import type { StartableTaskRuns } from '../../activities/tasks/plan-task.ts';
import { spawnWorkflowId, windowWorkflowId } from '../../contracts/ids.ts';
import { powerQueue, workflowQueue } from '../../contracts/queues.ts';
import type { HealthState } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { closeWindow, endSpawn, releaseService } from '../../workflows/messages.ts';
import { spawnStart } from '../../workflows/spawn-start.ts';
import { windowStart } from '../../workflows/window-start.ts';
import { planRuns } from './plan-runs.ts';
import { isRunning } from './is-running.ts';
import { runWorkers } from '../run-workers.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** How this process stands with Temporal. */
export interface TemporalConnection {
  state: HealthState;
  /** Null while Temporal is away. */
  windows: WindowRuns | null;
  /** Null while Temporal is away. */
  spawns: StartableTaskRuns | null;
  /** The same. */
  plans: PlanRuns | null;
}

/** What this process asks of Temporal beside working for it. */
export interface WindowRuns {
  /** Does this window's workflow run? */
  runs(windowId: string): Promise<boolean>;
  start(view: WindowView): Promise<void>;
  /** Tells a window that its deadline has passed, and does not wait for its end. */
  closeLate(windowId: string): Promise<void>;
  /** Takes a service that nobody uses out of a window. */
  releaseIdle(windowId: string, service: string): Promise<void>;
}

interface DoorDeps {
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  log: Logger;
  signal: AbortSignal;
  host: string;
  /** Where the workflow bundle is kept; null where no workflows run. */
  bundleFolder: string | null;
  activities: PowerActivities & Partial<TaskLifecycleActivities>;
  /** What workflows ask of madre herself, and what she does with every new connection; null for further hosts. */
  madre: {
    activities: object;
    connected(client: Client): Promise<void>;
  } | null;
}

/** A killed worker's timers come back this soon (10 s with the SDK's default). */
const stickyTimeout = '1s';
/** Enough for the windows of one installation; more costs memory, fewer costs replays. */
const cachedWorkflows = 200;
const shutdownGraceMs = 5000;

/** Works for Temporal until `signal` aborts; connects again for as long as it takes. */
export async function serveTemporal(door: TemporalConnection, deps: DoorDeps): Promise<void> {
  const { log, signal } = deps;
  const bundle = deps.bundleFolder === null ? null : await workflowBundle(deps.bundleFolder, log);
  for (let pause = 100; !signal.aborted; pause = Math.min(pause * 2, 2000)) {
    try {
      await serveOnce(door, deps, bundle);
      pause = 100;
    } catch (error) {
      log.warn({ err: error }, 'Temporal does not take this worker yet');
    }
    door.windows = null;
    door.spawns = null;
    door.plans = null;
    door.state = signal.aborted ? 'down' : 'degraded';
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function serveOnce(
  door: TemporalConnection,
  deps: DoorDeps,
  bundle: string | null,
): Promise<void> {
  const { env, signal } = deps;
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  try {
    await registerSearchAttributes(connection, env.TEMPORAL_NAMESPACE);
    const common = {
      connection,
      namespace: env.TEMPORAL_NAMESPACE,
      shutdownGraceTime: shutdownGraceMs,
    };
    const workers = [
      await Worker.create({
        ...common,
        taskQueue: powerQueue(deps.host),
        activities: { ...deps.activities, ...deps.madre?.activities },
        maxConcurrentActivityTaskExecutions: 100,
      }),
    ];
    if (bundle !== null) {
      workers.push(
        await Worker.create({
          ...common,
          taskQueue: workflowQueue,
          workflowBundle: { codePath: bundle },
          maxCachedWorkflows: cachedWorkflows,
          stickyQueueScheduleToStartTimeout: stickyTimeout,
        }),
      );
    }
    await runWorkers(workers, signal, () => {
      const client = new Client({ connection, namespace: env.TEMPORAL_NAMESPACE });
      door.windows = windowRuns(client);
      door.spawns = spawnRuns(client);
      door.plans = planRuns(client, powerQueue(deps.host));
      door.state = 'ok';
      // windows do not wait for it, and do without it
      void deps.madre
        ?.connected(client)
        .catch((error: unknown) => deps.log.warn({ err: error }, 'the loop has no schedule yet'));
    });
  } finally {
    await connection.close();
  }
}

const callMs = 3000;

const spawnRuns = (client: Client): StartableTaskRuns => ({
  async start(view) {
    try {
      await client.connection.withDeadline(Date.now() + callMs, () =>
        client.workflow.start('spawnOnce', spawnStart(view)),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  },
  runs: (spawnId) => isRunning(client, spawnWorkflowId(spawnId)),
  async end(spawnId, message) {
    const handle = client.workflow.getHandle(spawnWorkflowId(spawnId));
    try {
      await client.connection.withDeadline(Date.now() + callMs, () =>
        handle.signal(endSpawn, message),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  },
  async endAndCallBack(view, message) {
    try {
      await client.connection.withDeadline(Date.now() + callMs, () =>
        client.workflow.signalWithStart('spawnOnce', {
          ...spawnStart(view),
          // one that was terminated has called nobody back
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          signal: endSpawn,
          signalArgs: [message],
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return false;
    }
  },
});

const windowRuns = (client: Client): WindowRuns => {
  const send = async (
    windowId: string,
    message: (handle: WorkflowHandle) => Promise<unknown>,
  ): Promise<void> => {
    const handle = client.workflow.getHandle(windowWorkflowId(windowId));
    await client.connection.withDeadline(Date.now() + callMs, () => message(handle));
  };
  return {
    runs: (windowId) => isRunning(client, windowWorkflowId(windowId)),
    async start(view) {
      const start = () =>
        client.workflow.start('keepWindow', windowStart({ view, when_full: 'refuse' }));
      await client.connection.withDeadline(Date.now() + callMs, start);
    },
    async closeLate(windowId) {
      const message = { reason: null, closed_by: 'deadline', ...sender('settle_loop') } as const;
      await send(windowId, (handle) =>
        handle.startUpdate(closeWindow, { args: [message], waitForStage }),
      );
    },
    async releaseIdle(windowId, service) {
      const message = { service, closed_by: 'idle', ...sender('idle') } as const;
      await send(windowId, (handle) =>
        handle.startUpdate(releaseService, { args: [message], waitForStage }),
      );
    },
  };
};

const waitForStage = WorkflowUpdateStage.ACCEPTED;
const sender = (actor: string) => ({ actor, correlation_id: randomUUID() });

import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { PlanRuns } from '../../activities/plans/ports.ts';
import type { PowerActivities } from '../../activities/power/power-activities.ts';
import type { TaskLifecycleActivities } from '../../activities/tasks/spawn-activities.ts';
import type { StartableTaskRuns } from '../../activities/tasks/plan-task.ts';
import { powerQueue, workflowQueue } from '../../contracts/queues.ts';
import type { HealthState } from '../../contracts/service.ts';
import { planRuns } from '../temporal/plan-runs.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { serveTemporal } from '../temporal/serve.ts';
import { taskRuns } from '../temporal/task-runs.ts';
import { windowRuns, type WindowRuns } from '../temporal/window-runs.ts';
import { workflowBundle } from '../temporal/workflow-bundle.ts';

/** The state of this process's connection to Temporal. */
export interface TemporalConnection {
  state: HealthState;
  /** Null while Temporal is unavailable. */
  windows: WindowRuns | null;
  /** Null while Temporal is unavailable. */
  spawns: StartableTaskRuns | null;
  /** Null while Temporal is unavailable. */
  plans: PlanRuns | null;
}

interface PowerServing {
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  log: Logger;
  signal: AbortSignal;
  host: string;
  /** The folder of the workflow bundle; null if this process runs no workflows. */
  bundleFolder: string | null;
  activities: PowerActivities & Partial<TaskLifecycleActivities>;
  /** madre's own activities, and its hook for each new connection; null on further hosts. */
  madre: {
    activities: object;
    connected(client: Client): Promise<void>;
  } | null;
}

/** How soon another worker takes over a killed worker's workflows (10 s by the SDK's default). */
const stickyTimeout = '1s';
/** Enough for the windows of one installation; more cost memory, fewer cost replays. */
const cachedWorkflows = 200;
const shutdownGraceMs = 5000;
const mostActivities = 100;

/** Runs the Temporal workers until `signal` aborts: power over the host, and madre's workflows. */
export async function servePower(
  temporal: TemporalConnection,
  serving: PowerServing,
): Promise<void> {
  const { env, log, signal, host, bundleFolder, madre } = serving;
  const bundle = bundleFolder === null ? null : await workflowBundle(bundleFolder, log);
  const shutdownGraceTime = shutdownGraceMs;
  await serveTemporal({
    env,
    log,
    signal,
    async workers(on) {
      await registerSearchAttributes(on.connection, on.namespace);
      const power = await Worker.create({
        ...on,
        shutdownGraceTime,
        taskQueue: powerQueue(host),
        activities: { ...serving.activities, ...madre?.activities },
        maxConcurrentActivityTaskExecutions: mostActivities,
      });
      if (bundle === null) return [power];
      const workflows = await Worker.create({
        ...on,
        shutdownGraceTime,
        taskQueue: workflowQueue,
        workflowBundle: { codePath: bundle },
        maxCachedWorkflows: cachedWorkflows,
        stickyQueueScheduleToStartTimeout: stickyTimeout,
      });
      return [power, workflows];
    },
    began(connection) {
      const client = new Client({ connection, namespace: env.TEMPORAL_NAMESPACE });
      temporal.windows = windowRuns(client);
      temporal.spawns = taskRuns(client);
      temporal.plans = planRuns(client, powerQueue(host));
      // not awaited: windows do not depend on it
      void madre
        ?.connected(client)
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not create the Schedule of the loop'),
        );
    },
    ended() {
      temporal.windows = null;
      temporal.spawns = null;
      temporal.plans = null;
    },
    onState(state) {
      temporal.state = state;
    },
  });
}

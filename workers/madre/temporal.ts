import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type {
  AudioActivities,
  AudioBatchActivities,
} from '../../activities/audio/audio-activities.ts';
import type { AntActivities } from '../../activities/incidents/incident-activities.ts';
import type { CheckActivities } from '../../activities/checks/check-activities.ts';
import type { ScheduleActivities } from '../../activities/checks/schedules/deps.ts';
import type { RepairActivities } from '../../activities/repair/repair-activities.ts';
import type { PlanActivities } from '../../activities/plans/plan-activities.ts';
import type { PullActivities } from '../../activities/models/model-activities.ts';
import type { AuditActivities } from '../../activities/drift/drift-activities.ts';
import type { PowerActivities } from '../../activities/power/power-activities.ts';
import type { WindowScheduleActivities } from '../../activities/schedules/deps.ts';
import type { ScanActivities } from '../../activities/programs/program-activities.ts';
import type { TaskLifecycleActivities } from '../../activities/tasks/task-activities.ts';
import { powerQueue, workflowQueue } from '../../contracts/queues.ts';
import { auditRuns } from '../temporal/runs/audit-runs.ts';
import { antRuns } from '../temporal/runs/ant-runs.ts';
import { audioRuns } from '../temporal/runs/audio-job-runs.ts';
import { checkRuns } from '../temporal/runs/check-runs.ts';
import { checkSchedules } from '../temporal/check-schedules.ts';
import { repairRuns } from '../temporal/runs/repair-runs.ts';
import { modelRuns } from '../temporal/runs/model-runs.ts';
import { planRuns } from '../temporal/runs/plan-runs.ts';
import { scanRuns } from '../temporal/runs/scan-runs.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { serveTemporal, type Serving } from '../temporal/serve.ts';
import { taskRuns } from '../temporal/runs/task-runs.ts';
import { windowScheduleRuns } from '../temporal/runs/window-schedule-runs.ts';
import { windowRuns } from '../temporal/runs/window-runs.ts';
import { answers } from '../temporal/runs/answers.ts';
import { countRunning } from '../temporal/runs/count-running.ts';
import { disconnect, type TemporalConnection } from './temporal-connection.ts';

export interface PowerServing {
  env: Serving['env'];
  log: Logger;
  signal: AbortSignal;
  host: string;
  /** The path of the workflow bundle; null if this process runs no workflows. */
  bundle: string | null;
  activities: PowerActivities &
    Partial<TaskLifecycleActivities> &
    Partial<CheckActivities> &
    Partial<ScheduleActivities> &
    Partial<WindowScheduleActivities> &
    Partial<RepairActivities> &
    Partial<ScanActivities> &
    Partial<PlanActivities> &
    Partial<PullActivities> &
    Partial<AudioActivities> &
    Partial<AudioBatchActivities> &
    Partial<AuditActivities> &
    Partial<AntActivities>;
  /** Called with every new connection. */
  connected?(client: Client): Promise<void>;
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
  const { env, log, signal, host, bundle, madre } = serving;
  const shutdownGraceTime = shutdownGraceMs;
  await serveTemporal({
    env,
    log,
    signal,
    async workers(on) {
      const { namespace } = on;
      await registerSearchAttributes(on.connection, { address: env.TEMPORAL_ADDRESS, namespace });
      const power = Worker.create({
        ...on,
        shutdownGraceTime,
        taskQueue: powerQueue(host),
        activities: { ...serving.activities, ...madre?.activities },
        maxConcurrentActivityTaskExecutions: mostActivities,
      });
      if (bundle === null) return [await power];
      // its thread loads the bundle beside the other one
      const workflows = Worker.create({
        ...on,
        shutdownGraceTime,
        taskQueue: workflowQueue,
        workflowBundle: { codePath: bundle },
        maxCachedWorkflows: cachedWorkflows,
        stickyQueueScheduleToStartTimeout: stickyTimeout,
      });
      return Promise.all([power, workflows]);
    },
    began(connection) {
      const client = new Client({ connection, namespace: env.TEMPORAL_NAMESPACE });
      temporal.windows = windowRuns(client);
      temporal.tasks = taskRuns(client);
      temporal.plans = planRuns(client, powerQueue(host));
      temporal.checks = checkRuns(client, temporal.plans);
      temporal.schedules = checkSchedules(client);
      temporal.repairs = repairRuns(client);
      temporal.scans = scanRuns(client);
      temporal.windowSchedules = windowScheduleRuns(client);
      temporal.models = modelRuns(client);
      temporal.audits = auditRuns(client);
      temporal.ants = antRuns(client);
      temporal.audio = audioRuns(client);
      temporal.wake = null;
      temporal.running = { count: countRunning(client), answers: answers(client) };
      // not awaited: windows do not depend on it
      void serving
        .connected?.(client)
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not create the Schedule of the ants'),
        );
      void madre
        ?.connected(client)
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not create the Schedule of the loop'),
        );
    },
    ended: () => disconnect(temporal),
    onState(state) {
      temporal.state = state;
    },
  });
}

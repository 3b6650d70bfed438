import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { AntRuns } from '../../activities/incidents/deps.ts';
import type { AntActivities } from '../../activities/incidents/incident-activities.ts';
import type { CheckRuns } from '../../activities/checks/deps.ts';
import type { CheckActivities } from '../../activities/checks/check-activities.ts';
import type { ScheduleActivities, ScheduleCalls } from '../../activities/checks/schedules/deps.ts';
import type { RepairActivities } from '../../activities/repair/repair-activities.ts';
import type { RepairRuns } from '../../activities/repair/deps.ts';
import type { PlanActivities } from '../../activities/plans/plan-activities.ts';
import type { ModelRuns, ModelSearch } from '../../activities/models/deps.ts';
import type { PullActivities } from '../../activities/models/model-activities.ts';
import type { AuditRuns } from '../../activities/drift/deps.ts';
import type { AuditActivities } from '../../activities/drift/drift-activities.ts';
import type { PlanRuns } from '../../activities/plans/ports.ts';
import type { PowerActivities } from '../../activities/power/power-activities.ts';
import type {
  WindowScheduleRuns,
  WindowScheduleActivities,
} from '../../activities/schedules/deps.ts';
import type { ScanRuns } from '../../activities/programs/deps.ts';
import type { ScanActivities } from '../../activities/programs/program-activities.ts';
import type { TaskLifecycleActivities } from '../../activities/tasks/task-activities.ts';
import type { StartableTaskRuns } from '../../activities/tasks/run-to-end.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { powerQueue, workflowQueue } from '../../contracts/queues.ts';
import type { HealthState } from '../../contracts/service.ts';
import { auditRuns } from '../temporal/runs/audit-runs.ts';
import { antRuns } from '../temporal/runs/ant-runs.ts';
import { checkRuns } from '../temporal/runs/check-runs.ts';
import { checkSchedules } from '../temporal/check-schedules.ts';
import { repairRuns } from '../temporal/runs/repair-runs.ts';
import { modelRuns } from '../temporal/runs/model-runs.ts';
import { planRuns } from '../temporal/runs/plan-runs.ts';
import { scanRuns } from '../temporal/runs/scan-runs.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { serveTemporal } from '../temporal/serve.ts';
import { taskRuns } from '../temporal/runs/task-runs.ts';
import { windowScheduleRuns } from '../temporal/runs/window-schedule-runs.ts';
import { windowRuns, type WindowRuns } from '../temporal/runs/window-runs.ts';
import { workflowBundle } from '../temporal/workflow-bundle.ts';

/** The state of this process's connection to Temporal. */
export interface TemporalConnection {
  state: HealthState;
  /** Null while Temporal is unavailable. */
  windows: WindowRuns | null;
  /** Null while Temporal is unavailable. */
  tasks: StartableTaskRuns | null;
  /** Null while Temporal is unavailable. */
  plans: PlanRuns | null;
  /** Null while Temporal is unavailable. */
  checks: CheckRuns | null;
  /** Null while Temporal is unavailable. */
  schedules: ScheduleCalls | null;
  /** Null while Temporal is unavailable. */
  repairs: RepairRuns | null;
  /** Null while Temporal is unavailable. */
  scans: ScanRuns | null;
  /** Null while Temporal is unavailable. */
  windowSchedules: WindowScheduleRuns | null;
  models: (ModelRuns & ModelSearch) | null;
  audits: AuditRuns | null;
  ants: AntRuns | null;
}

/** Returns the calls of one kind. Each look throws `temporal_unavailable` while Temporal is unavailable. */
export const callsOver =
  <Kind extends Exclude<keyof TemporalConnection, 'state'>>(
    connection: TemporalConnection,
    kind: Kind,
  ) =>
  (): NonNullable<TemporalConnection[Kind]> => {
    const calls = connection[kind];
    if (calls !== null) return calls;
    throw new VX11Error('temporal_unavailable', 'Temporal does not answer; try again shortly.', {
      retryAfterSeconds: 2,
    });
  };

interface PowerServing {
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  log: Logger;
  signal: AbortSignal;
  host: string;
  /** The folder of the workflow bundle; null if this process runs no workflows. */
  bundleFolder: string | null;
  activities: PowerActivities &
    Partial<TaskLifecycleActivities> &
    Partial<CheckActivities> &
    Partial<ScheduleActivities> &
    Partial<WindowScheduleActivities> &
    Partial<RepairActivities> &
    Partial<ScanActivities> &
    Partial<PlanActivities> &
    Partial<PullActivities> &
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
    ended() {
      temporal.windows = null;
      temporal.tasks = null;
      temporal.plans = null;
      temporal.checks = null;
      temporal.schedules = null;
      temporal.repairs = null;
      temporal.scans = null;
      temporal.windowSchedules = null;
      temporal.models = null;
      temporal.audits = null;
      temporal.ants = null;
    },
    onState(state) {
      temporal.state = state;
    },
  });
}

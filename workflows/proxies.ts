import { proxyActivities } from '@temporalio/workflow';
import type { TaskPriority } from '../contracts/task.ts';
import { powerQueue, spawnerQueue } from '../contracts/queues.ts';
import { temporalPriority } from '../domain/tasks/task.ts';
import type { AutonomyActivities } from '../activities/autonomy/autonomy-activities.ts';
import type { CheckActivities } from '../activities/checks/check-activities.ts';
import type { ScheduleActivities } from '../activities/checks/schedules/deps.ts';
import type { PlanActivities } from '../activities/plans/plan-activities.ts';
import type { RepairActivities } from '../activities/repair/repair-activities.ts';
import type { PowerActivities } from '../activities/power/power-activities.ts';
import type { WindowScheduleActivities } from '../activities/schedules/deps.ts';
import type {
  SpawnerActivities,
  TaskLifecycleActivities,
} from '../activities/tasks/task-activities.ts';
import { cancellationType, heartbeatTimeout, quick } from './activity-options.ts';

/** Extra time, so that a worker crash does not use up the timeout of a step. */
const deadWorkerMs = 120_000;

/** Writes to a plan's record, retried without a limit, since nothing else writes them. */
export const planRecordsOn = (taskQueue: string) =>
  proxyActivities<Pick<PlanActivities, 'decide' | 'endPlan'>>({
    taskQueue,
    startToCloseTimeout: '20s',
    heartbeatTimeout,
    cancellationType,
    retry: quick,
  });

/** One try of a step. If its worker dies, another one continues and finds what was already done. */
export function stepsWithin(taskQueue: string, seconds: number) {
  const retry = { ...quick, maximumAttempts: 30 };
  const options = { taskQueue, heartbeatTimeout, cancellationType, retry };
  return {
    forward: proxyActivities<Pick<PlanActivities, 'runStep'>>({
      ...options,
      startToCloseTimeout: seconds * 1000,
      scheduleToCloseTimeout: seconds * 1000 + deadWorkerMs,
    }),
    back: proxyActivities<Pick<PlanActivities, 'undoStep'>>({
      ...options,
      startToCloseTimeout: '5m',
    }),
  };
}

/** The power activities of one host, with their timeouts and retries. */
export function powerOn(host: string) {
  const taskQueue = powerQueue(host);
  return {
    /**
     * Opening has its own time limits per service, and none for a job that others depend on or for a pull. The heartbeat
     * shows that a worker is alive, so this timeout only stops an opening that hangs forever.
     */
    opening: proxyActivities<Pick<PowerActivities, 'openServices'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '30d',
      retry: { ...quick, maximumAttempts: 30 },
    }),
    queueing: proxyActivities<Pick<PowerActivities, 'awaitRoom'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      scheduleToCloseTimeout: '1h',
      retry: { ...quick, nonRetryableErrorTypes: ['window_ended'] },
    }),
    /** Retried without a limit: closing, and starting again what a restart stopped. */
    closing: proxyActivities<
      Pick<
        PowerActivities,
        'closeServices' | 'failServices' | 'releaseFromWindow' | 'moveDeadline' | 'startAgain'
      >
    >({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '20m',
      retry: quick,
    }),
    /** `restartService` is here only for runs of an earlier version. */
    asked: proxyActivities<
      Pick<PowerActivities, 'endStrays' | 'lookBeforeRestart' | 'restartService'>
    >({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '5m',
      retry: { ...quick, maximumAttempts: 10 },
    }),
  };
}

/** A restart has its own time limit per service; each try continues where the previous one stopped. */
export const restartsOn = (host: string, limitMs: number) =>
  proxyActivities<Pick<PowerActivities, 'restartService'>>({
    taskQueue: powerQueue(host),
    heartbeatTimeout,
    cancellationType,
    startToCloseTimeout: limitMs,
    scheduleToCloseTimeout: limitMs + deadWorkerMs,
    retry: { ...quick, maximumAttempts: 10 },
  });

/** Extra time for an attempt beyond the task's deadline, to end it and to store its result. */
const endingMs = 60_000;

/**
 * One attempt of a task, by a host's spawner. Temporal never retries it: a retry is a new attempt.
 * @param leftMs the time until the task's deadline
 */
export const spawnerOn = (
  host: string,
  { leftMs, attempt, priority }: { leftMs: number; attempt: number; priority: TaskPriority },
) =>
  proxyActivities<SpawnerActivities>({
    taskQueue: spawnerQueue(host),
    heartbeatTimeout: '10s',
    cancellationType,
    scheduleToStartTimeout: leftMs,
    startToCloseTimeout: leftMs + endingMs,
    retry: { maximumAttempts: 1 },
    priority: { priorityKey: temporalPriority[priority] },
    summary: `attempt ${attempt}`,
  });

/** What the power worker of a host does for its tasks. Storing their end is retried without a limit. */
export const keeperOn = (host: string) => ({
  ending: proxyActivities<Pick<TaskLifecycleActivities, 'finishAttempt' | 'endDaughters'>>({
    taskQueue: powerQueue(host),
    cancellationType,
    startToCloseTimeout: '2m',
    retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5s' },
  }),
  /** Eight tries over about twenty minutes. */
  callbacks: proxyActivities<Pick<TaskLifecycleActivities, 'deliverCallback'>>({
    taskQueue: powerQueue(host),
    cancellationType,
    startToCloseTimeout: '30s',
    retry: {
      initialInterval: '5s',
      backoffCoefficient: 2.5,
      maximumInterval: '10m',
      maximumAttempts: 8,
    },
  }),
});

/** The activities of a run of checks, on the host of what is checked. */
export function checksOn(host: string) {
  const options = { taskQueue: powerQueue(host), heartbeatTimeout, cancellationType };
  const retry = { ...quick, maximumAttempts: 30 };
  return {
    quick: proxyActivities<Pick<CheckActivities, 'resolveChecks'>>({
      ...options,
      startToCloseTimeout: '20s',
      retry,
    }),
    opening: proxyActivities<Pick<CheckActivities, 'openForChecks'>>({
      ...options,
      startToCloseTimeout: '11m',
      retry,
    }),
    /** @param limitMs what the checks may take; a worker that dies does not use it up */
    performing: (limitMs: number) =>
      proxyActivities<Pick<CheckActivities, 'performChecks'>>({
        ...options,
        startToCloseTimeout: limitMs,
        scheduleToCloseTimeout: limitMs + deadWorkerMs,
        retry,
      }),
    /** Retried without a limit: closing, and storing the end. */
    ending: proxyActivities<Pick<CheckActivities, 'closeAfterChecks' | 'endChecks'>>({
      ...options,
      startToCloseTimeout: '5m',
      retry: quick,
    }),
  };
}

/** A run has limits of its own: of its window and its checks. Retried without a limit, as the end of a run is. */
export const schedulesOn = (host: string) =>
  proxyActivities<ScheduleActivities>({
    taskQueue: powerQueue(host),
    heartbeatTimeout,
    cancellationType,
    startToCloseTimeout: '1d',
    retry: quick,
  });

/** The next time of a scheduled window. Retried without a limit: nothing else opens it. */
export const windowSchedulesOn = (host: string) =>
  proxyActivities<WindowScheduleActivities>({
    taskQueue: powerQueue(host),
    heartbeatTimeout,
    cancellationType,
    startToCloseTimeout: '1m',
    retry: quick,
  });

/** The activities of a repair, on the host of what is repaired. */
export function repairsOn(host: string) {
  const options = { taskQueue: powerQueue(host), heartbeatTimeout, cancellationType };
  const retry = { ...quick, maximumAttempts: 30 };
  return {
    quick: proxyActivities<Pick<RepairActivities, 'resolveRepair' | 'propose'>>({
      ...options,
      startToCloseTimeout: '30s',
      retry,
    }),
    /** Copies of the stack are built, started and checked several times. */
    trying: proxyActivities<Pick<RepairActivities, 'analyse' | 'tryCandidate'>>({
      ...options,
      startToCloseTimeout: '30m',
      retry: { ...quick, maximumAttempts: 5 },
    }),
    /** A plan that nobody confirms ends by itself. */
    waiting: proxyActivities<Pick<RepairActivities, 'awaitPlan'>>({
      ...options,
      startToCloseTimeout: '3h',
      retry,
    }),
    /** Retried without a limit: removing copies, and storing the end. */
    ending: proxyActivities<Pick<RepairActivities, 'endRepair'>>({
      ...options,
      startToCloseTimeout: '5m',
      retry: quick,
    }),
  };
}

/** madre's loop, on madre's host: work that takes longer than a round is left to the next one. */
export function madreAutonomy(host: string) {
  const taskQueue = powerQueue(host);
  const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5s' } as const;
  return {
    quick: proxyActivities<Pick<AutonomyActivities, 'observe' | 'carryOut'>>({
      taskQueue,
      startToCloseTimeout: '10s',
      scheduleToCloseTimeout: '2m',
      retry,
    }),
    /** The model has its own, shorter deadline. */
    slow: proxyActivities<Pick<AutonomyActivities, 'reason'>>({
      taskQueue,
      startToCloseTimeout: '30s',
      scheduleToCloseTimeout: '1m',
      retry: { ...retry, maximumAttempts: 2 },
    }),
  };
}

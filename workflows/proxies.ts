import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { SpawnPriority } from '../contracts/spawn.ts';
import { powerQueue, spawnerQueue } from '../contracts/queues.ts';
import { temporalPriority } from '../domain/tasks/spawn.ts';
import type { AutonomyActivities } from '../activities/autonomy/autonomy-activities.ts';
import type { PlanActivities } from '../activities/plans/plan-activities.ts';
import type { PowerActivities } from '../activities/power/power-activities.ts';
import type {
  SpawnerActivities,
  TaskLifecycleActivities,
} from '../activities/tasks/spawn-activities.ts';

/** Activities beat every second; three missed beats, and another worker takes over. */
const heartbeatTimeout = '3s';
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** What a dead worker costs is not the fault of what it did. */
const deadWorkerMs = 120_000;

const quick = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '2s' } as const;

/** What is written down about a plan: never given up, since nobody else would. */
export const planBookOn = (taskQueue: string) =>
  proxyActivities<Pick<PlanActivities, 'decide' | 'endPlan'>>({
    taskQueue,
    startToCloseTimeout: '20s',
    heartbeatTimeout,
    cancellationType,
    retry: quick,
  });

/** One try of a step; a worker that dies meanwhile is followed by another, which finds what was done. */
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

/** Who does what, for how long, how often: the power of one host. */
export function powerOn(host: string) {
  const taskQueue = powerQueue(host);
  return {
    /**
     * Opening has its own limits a service, and none for a job that others wait for or for a pull; its heartbeat tells
     * whether somebody is at it, so this one only stops what hangs for good.
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
    /** Closing never gives up, nor does starting what was stopped on the way. */
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
    /** `restartService` only for runs of an earlier version. */
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

/** A restart has its own limits a service; each try goes on where the one before came to. */
export const restartsOn = (host: string, limitMs: number) =>
  proxyActivities<Pick<PowerActivities, 'restartService'>>({
    taskQueue: powerQueue(host),
    heartbeatTimeout,
    cancellationType,
    startToCloseTimeout: limitMs,
    scheduleToCloseTimeout: limitMs + deadWorkerMs,
    retry: { ...quick, maximumAttempts: 10 },
  });

/** What an attempt may take longer than the task has left: its own end, and the writing of it. */
const endingMs = 60_000;

/**
 * One attempt of a task, by a host's spawner. Never tried again by Temporal: a retry is a new attempt.
 * @param leftMs what is left of the task's time
 */
export const spawnerOn = (
  host: string,
  { leftMs, attempt, priority }: { leftMs: number; attempt: number; priority: SpawnPriority },
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

/** What the power worker of a host does for its tasks. Their end is written down for as long as it takes. */
export const keeperOn = (host: string) => ({
  ending: proxyActivities<Pick<TaskLifecycleActivities, 'finishAttempt' | 'endDaughters'>>({
    taskQueue: powerQueue(host),
    cancellationType,
    startToCloseTimeout: '2m',
    retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5s' },
  }),
  /** Eight tries over some twenty minutes. */
  telling: proxyActivities<Pick<TaskLifecycleActivities, 'deliverCallback'>>({
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

/** madre's loop, on the host that she is on: what takes longer than a round should is left to the next one. */
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

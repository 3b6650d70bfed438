import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import { powerQueue, workflowQueue } from '../contracts/queues.ts';
import type { AutonomyActivities } from '../activities/autonomy/autonomy-activities.ts';
import type { PowerActivities } from '../activities/power/power-activities.ts';

/** Activities beat every second; three missed beats, and another worker takes over. */
const heartbeatTimeout = '3s';
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Who does what, for how long, how often: the power of one host. */
export function powerOn(host: string) {
  const taskQueue = powerQueue(host);
  const quick = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '2s' } as const;
  return {
    /** Opening has its own limits a service, so this one only stops what hangs for good. */
    opening: proxyActivities<Pick<PowerActivities, 'openServices'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '20m',
      retry: { ...quick, maximumAttempts: 30 },
    }),
    queueing: proxyActivities<Pick<PowerActivities, 'awaitRoom'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      scheduleToCloseTimeout: '1h',
      retry: { ...quick, nonRetryableErrorTypes: ['window_ended'] },
    }),
    /** Closing never gives up. */
    closing: proxyActivities<
      Pick<PowerActivities, 'closeServices' | 'failServices' | 'releaseFromWindow' | 'moveDeadline'>
    >({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '20m',
      retry: quick,
    }),
    asked: proxyActivities<Pick<PowerActivities, 'endStrays' | 'restartService'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '5m',
      retry: { ...quick, maximumAttempts: 10 },
    }),
  };
}

/** madre's loop: what takes longer than a round should is left to the next one. */
export function madreAutonomy() {
  const taskQueue = workflowQueue;
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

import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import { powerQueue } from '../contracts/queues.ts';
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

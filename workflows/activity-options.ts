import { ActivityCancellationType } from '@temporalio/workflow';

/** Activities send a heartbeat every second; after three missed ones another worker takes over. */
export const heartbeatTimeout = '3s';
/** A workflow learns that an activity was cancelled once that has really ended. */
export const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;
export const quick = {
  initialInterval: '100ms',
  backoffCoefficient: 2,
  maximumInterval: '2s',
} as const;

import {
  defaultGrpcRetryOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';
import type { TemporalCredentials } from '../../platform/tls/temporal.ts';

const failedPrecondition = 9;
const unavailable = 14;

/**
 * A connection that reports an outage of Temporal at once, and reconnects within a second of its return. It retries only
 * errors that Temporal marks as retryable (such as its limit of ten updates in flight on one window). It does not retry an
 * outage: a retry would hide whether the first request was taken. The caller gets 503 and decides.
 */
export const connectionOptions = (
  address: string,
  { tls, apiKey }: Pick<TemporalCredentials, 'tls' | 'apiKey'>,
): ConnectionOptions => ({
  address,
  tls,
  ...(apiKey !== undefined && { apiKey }),
  interceptors: [
    makeGrpcRetryInterceptor({
      ...defaultGrpcRetryOptions({ initialIntervalMs: () => 50 }),
      retryableDecider: (attempt, status) => {
        const code: number = status.code;
        // a run whose workflow task has just failed refuses updates until a worker retries the task
        const untaken =
          code === failedPrecondition && /Workflow Task in failed/.test(status.details);
        return attempt < 10 && code !== unavailable && (untaken || isRetryableError(status));
      },
    }),
  ],
  channelArgs: {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
  },
});

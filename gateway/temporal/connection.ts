import {
  defaultGrpcRetryOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';

const failedPrecondition = 9;
const unavailable = 14;

/**
 * A connection that says within a moment that Temporal is away, and is back within a second of its return. Only what
 * Temporal asks to try again later is repeated here (ten updates in flight on one window are its limit): a caller gets
 * 503 and decides, and an outage that is repeated blindly could not be told from a request that was taken.
 */
export const connectionOptions = (address: string): ConnectionOptions => ({
  address,
  interceptors: [
    makeGrpcRetryInterceptor({
      ...defaultGrpcRetryOptions({ initialIntervalMs: () => 50 }),
      retryableDecider: (attempt, status) => {
        const code: number = status.code;
        // a run whose workflow task has just failed refuses updates until a worker tried it again
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

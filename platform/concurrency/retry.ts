import {
  DelegateBackoff,
  ExponentialBackoff,
  halfJitterGenerator,
  handleWhen,
  retry as retryPolicy,
  type FailureReason,
} from 'cockatiel';
import { abortable } from './abortable.ts';

/** The first and the longest pause, in ms. The pause doubles each time, minus a random part of up to half of it. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

export interface RetryOptions {
  /** The pauses between attempts, or a function that derives them from the error; `failures` counts from 1. */
  backoff: Backoff | ((error: unknown, failures: number) => number);
  /** The maximum number of attempts; unlimited by default. */
  tries?: number;
  /** No attempt starts later than this after the first one. */
  withinMs?: number;
  /** Aborts the pauses and the wait for an attempt with its reason. */
  signal?: AbortSignal;
  /** Returns whether an error is worth a retry; all are by default. */
  isWorth?: (error: unknown) => boolean;
  /** Called before each pause; `failures` counts from 1. */
  onFailure?: (error: unknown, failures: number, pauseMs: number) => void;
}

/** Makes a sequence of growing pauses. */
export function createBackoff({ firstMs, longestMs }: Backoff): { nextMs(): number } {
  let backoff = exponential({ firstMs, longestMs }).next();
  return {
    nextMs() {
      const { duration } = backoff;
      backoff = backoff.next(undefined);
      return duration;
    },
  };
}

const exponential = ({ firstMs, longestMs }: Backoff) =>
  new ExponentialBackoff({
    initialDelay: firstMs,
    maxDelay: longestMs,
    generator: halfJitterGenerator,
  });

/**
 * Runs `work` until it succeeds.
 * @throws the last error, if attempts or time are used up or it is not worth a retry; the reason of `signal`
 */
export async function retry<T>(
  work: (failures: number) => Promise<T> | T,
  options: RetryOptions,
): Promise<T> {
  const { backoff, tries = Infinity, withinMs = Infinity, signal, isWorth = () => true } = options;
  const giveUp = performance.now() + withinMs;
  const policy = retryPolicy(
    handleWhen((error) => performance.now() < giveUp && isWorth(error)),
    {
      maxAttempts: tries - 1,
      backoff:
        typeof backoff === 'function'
          ? new DelegateBackoff(({ result, attempt }) => backoff(errorOf(result), attempt))
          : exponential(backoff),
    },
  );
  policy.onRetry((failed) =>
    options.onFailure?.(errorOf(failed), failed.attempt, Math.round(failed.delay)),
  );
  const result = policy.execute(({ attempt }) => {
    signal?.throwIfAborted();
    return work(attempt);
  }, signal);
  return signal === undefined ? result : abortable(result, signal);
}

const errorOf = (reason: FailureReason<unknown>): unknown =>
  'error' in reason ? reason.error : undefined;

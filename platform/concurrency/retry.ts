import {
  DelegateBackoff,
  ExponentialBackoff,
  halfJitterGenerator,
  handleWhen,
  retry as retryPolicy,
  type FailureReason,
} from 'cockatiel';
import { abortable } from './abortable.ts';

/** The pause before the second try, in ms, and the longest one: it doubles in between, less up to half of it at random. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

export interface RetryOptions {
  /** How long to wait between tries, growing, or as the error says; `failures` counts from 1. */
  backoff: Backoff | ((error: unknown, failures: number) => number);
  /** How many tries in all; any number where it is left out. */
  tries?: number;
  /** No try begins later than this after the first one. */
  withinMs?: number;
  /** Ends the pauses, and the wait for a try, with its reason. */
  signal?: AbortSignal;
  /** Which errors are worth another try; all where it is left out. */
  isWorth?: (error: unknown) => boolean;
  /** Called before each pause; `failures` counts from 1. */
  onFailure?: (error: unknown, failures: number, pauseMs: number) => void;
}

/** Pauses that grow, one after the other. */
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
 * @throws the last error, where tries or time are over, or it is not worth another try; the reason of `signal`
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

/** The smallest and largest number of idle sandboxes of one shape. */
export interface PoolBounds {
  min: number;
  max: number;
}

/** Time constants of exponential decay: of the arrival rate, and of the size of the current burst. */
const rateMs = 30_000;
const burstMs = 1000;
/** The time constant for the largest burst; longer, since a client that sends a burst usually sends another. */
const burstMemoryMs = 300_000;
/** Arrivals are uneven, so the pool holds twice what the mean rate needs. */
const margin = 2;

/** Statistics of task arrivals; `at` in epoch ms. */
export interface Arrivals {
  per_second: number;
  /** Arrivals in about the last second. */
  now: number;
  /** The largest burst, in arrivals per about a second; decays over minutes. */
  burst: number;
  at: number;
}

export const noArrivals = (at: number): Arrivals => ({ per_second: 0, now: 0, burst: 0, at });

/** The statistics after `count` more arrivals (0: only time passes). An `at` before the last one counts as the last one. */
export function arrivalsAfter(before: Arrivals, at: number, count: number): Arrivals {
  const elapsed = Math.max(0, at - before.at);
  const faded = (value: number, overMs: number): number => value * Math.exp(-elapsed / overMs);
  const now = faded(before.now, burstMs) + count;
  return {
    per_second: faded(before.per_second, rateMs) + count / (rateMs / 1000),
    now,
    burst: Math.max(now, faded(before.burst, burstMemoryMs)),
    at: before.at + elapsed,
  };
}

/**
 * The number of idle sandboxes to keep: enough for the tasks that arrive while one is replaced (`refillMs`), and for
 * another burst like the recent ones.
 */
export function poolTarget(
  bounds: PoolBounds,
  { per_second, burst }: Arrivals,
  refillMs: number,
): number {
  const stream = bounds.min + per_second * (refillMs / 1000) * margin;
  const wanted = Math.ceil(Math.max(stream, burst) - 0.05);
  return Math.min(bounds.max, Math.max(bounds.min, wanted));
}

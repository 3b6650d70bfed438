/** How many sandboxes of a shape to keep ready: never fewer than `min` nor more than `max`. */
export interface PoolBounds {
  min: number;
  max: number;
}

/** The time over which the rate forgets an arrival to 1/e, and over which arrivals are one crowd. */
const rateMs = 30_000;
const crowdMs = 1000;
/** The time over which the largest crowd is forgotten to 1/e: who sends a hundred tasks at once does so again. */
const crowdMemoryMs = 300_000;
/** Arrivals come in clumps: twice what the mean asks for. */
const margin = 2;

/** How tasks arrive; `at` in epoch ms. */
export interface Arrivals {
  per_second: number;
  /** Of about the last second. */
  now: number;
  /** The most that came in about a second, remembered for minutes. */
  crowd: number;
  at: number;
}

export const noArrivals = (at: number): Arrivals => ({ per_second: 0, now: 0, crowd: 0, at });

/** The arrivals after `count` more (0 only lets time pass); what is told late counts as of the last word. */
export function arrivalsAfter(before: Arrivals, at: number, count: number): Arrivals {
  const elapsed = Math.max(0, at - before.at);
  const faded = (value: number, overMs: number): number => value * Math.exp(-elapsed / overMs);
  const now = faded(before.now, crowdMs) + count;
  return {
    per_second: faded(before.per_second, rateMs) + count / (rateMs / 1000),
    now,
    crowd: Math.max(now, faded(before.crowd, crowdMemoryMs)),
    at: before.at + elapsed,
  };
}

/**
 * How many should stand ready: so many that who comes while one is refilled (`refillMs`) finds one, and that a crowd
 * like the last ones does.
 */
export function poolTarget(
  bounds: PoolBounds,
  { per_second, crowd }: Arrivals,
  refillMs: number,
): number {
  const stream = bounds.min + per_second * (refillMs / 1000) * margin;
  const wanted = Math.ceil(Math.max(stream, crowd) - 0.05);
  return Math.min(bounds.max, Math.max(bounds.min, wanted));
}

/** How many sandboxes of a shape to keep ready: never fewer than `min` nor more than `max`. */
export interface PoolBounds {
  min: number;
  max: number;
}

/** The time over which an arrival is forgotten to 1/e. */
const memoryMs = 30_000;
/** Arrivals come in clumps: twice what the mean asks for. */
const margin = 2;

/** Arrivals a second, remembered for a while; both values change together. `at` in ms of a clock that never goes back. */
export interface Arrivals {
  per_second: number;
  at: number;
}

/** The rate after `count` more arrivals (0 only lets time pass): an exponentially weighted mean. */
export function arrivalsAfter(before: Arrivals, at: number, count: number): Arrivals {
  const elapsed = Math.max(0, at - before.at);
  const faded = before.per_second * Math.exp(-elapsed / memoryMs);
  return { per_second: faded + count / (memoryMs / 1000), at: before.at + elapsed };
}

/** How many should stand ready so that who comes while one is refilled (`refillMs`) finds one. */
export function poolTarget(bounds: PoolBounds, perSecond: number, refillMs: number): number {
  const wanted = Math.ceil(bounds.min + perSecond * (refillMs / 1000) * margin - 0.05);
  return Math.min(bounds.max, Math.max(bounds.min, wanted));
}

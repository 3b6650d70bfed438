/** Returns epoch ms, which never go back while the process lives. */
export type Clock = () => number;

/**
 * Combines the wall clock with the monotonic one. If the wall clock is set back, this clock continues from where it was, so
 * that no deadline moves away; if it is set forward, this clock follows.
 * @param floor the latest instant known to have passed, such as the newest event's
 */
export function createClock(
  floor = 0,
  wall: () => number = Date.now,
  monotonic: () => number = performance.now.bind(performance),
): Clock {
  let last = Math.max(floor, wall());
  let at = monotonic();
  return () => {
    const tick = monotonic();
    last = Math.max(wall(), last + (tick - at));
    at = tick;
    return Math.floor(last);
  };
}

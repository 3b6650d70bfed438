/** Epoch ms that never go back while the process lives. */
export type Clock = () => number;

/**
 * The wall clock, held up by the monotonic one: set back, it goes on from where it was, so that no deadline moves away;
 * set forward, it follows.
 * @param floor the latest instant that is known to have passed, such as that of the newest event
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

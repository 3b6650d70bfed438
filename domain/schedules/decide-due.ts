import type { Occurrence } from './occurrences.ts';

/** What to do about a time that has come. */
export type DueDecision = Occurrence &
  ({ act: 'open'; ttl_ms: number } | { act: 'skip'; why: string } | { act: 'miss'; why: string });

/** Of a time that was missed, less than this is left: it is not worth a start any more. */
const leastLeft = 0.25;

/**
 * Decides about the times that have come since the last decision. At most one opens, the last of which enough is left, and
 * until the end that it would have had; a window that is still open is neither extended nor opened a second time.
 * @param due in order; all of them up to now
 * @param openWindow the id of the schedule's window that is still open; null if there is none
 */
export function decideDue(
  due: readonly Occurrence[],
  { now, ttl_ms, openWindow }: { now: number; ttl_ms: number; openWindow: string | null },
): DueDecision[] {
  const leftOf = ({ at }: Occurrence): number => at + ttl_ms - now;
  const chosen = due.findLast((one) => leftOf(one) > ttl_ms * leastLeft)?.at ?? null;
  let taken = openWindow;
  return due.map((one) => {
    if (one.at !== chosen) {
      const left = Math.max(0, leftOf(one));
      const why =
        chosen !== null && one.at < chosen
          ? 'a later time has come meanwhile'
          : `VX11 did not run at its time, and ${Math.floor(left / 1000)} s of ${ttl_ms / 1000} s are left`;
      return { ...one, act: 'miss', why };
    }
    if (taken !== null) return { ...one, act: 'skip', why: `${taken} is still open` };
    taken = 'the window of the same moment';
    return { ...one, act: 'open', ttl_ms: Math.min(ttl_ms, leftOf(one)) };
  });
}

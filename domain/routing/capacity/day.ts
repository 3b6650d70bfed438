const hour = 3_600_000;
const day = 24 * hour;

/**
 * The day that `now` is in for a provider whose days begin at `resetHour` UTC, by the UTC date of its begin, such as
 * `2026-11-29`.
 *
 * @param now milliseconds since 1970
 */
export const dayAt = (now: number, resetHour: number): string =>
  new Date(now - resetHour * hour).toISOString().slice(0, 10);

/** When that day ends: what was used counts no more from then on. */
export const dayEnds = (now: number, resetHour: number): number =>
  (Math.floor((now - resetHour * hour) / day) + 1) * day + resetHour * hour;

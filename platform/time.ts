/** Formats an instant in epoch ms as ISO 8601 in UTC, with milliseconds. */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** The same for an instant that may be null. */
export const isoTimeOrNull = (at: number | null): string | null =>
  at === null ? null : isoTime(at);

/** The longest delay that a timer of Node can have, in ms. */
export const longestTimerMs = 2 ** 31 - 1;

/** The UTC day of an instant in epoch ms, such as `2026-11-29`. */
export const utcDay = (at: number): string => isoTime(at).slice(0, 10);

/** The last instant that was formatted: within a millisecond, many answers show the same one. */
let last = { at: 0, text: new Date(0).toISOString() };

/** Formats an instant in epoch ms as ISO 8601 in UTC, with milliseconds. */
export function isoTime(at: number): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}

/** The same for an instant that may be null. */
export const isoTimeOrNull = (at: number | null): string | null =>
  at === null ? null : isoTime(at);

/** The longest delay that a timer of Node can have, in ms. */
export const longestTimerMs = 2 ** 31 - 1;

/** The UTC day of an instant in epoch ms, such as `2026-11-29`. */
export const utcDay = (at: number): string => isoTime(at).slice(0, 10);

/** An instant in epoch ms as ISO 8601 in UTC, with milliseconds. */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** The same of an instant that may not have come yet. */
export const isoTimeOrNull = (at: number | null): string | null =>
  at === null ? null : isoTime(at);

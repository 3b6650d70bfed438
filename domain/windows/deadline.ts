/** A requested deadline, limited by max_ttl. Epoch ms. */
export interface Deadline {
  at: number;
  clamped: boolean;
  /** The latest possible deadline. */
  latest: number;
}

/** max_ttl counts from the opening of the window, so no number of extensions exceeds it. */
export function clampDeadline(wanted: number, openedAt: number, maxTtlMs: number): Deadline {
  const latest = openedAt + maxTtlMs;
  return { at: Math.min(wanted, latest), clamped: wanted > latest, latest };
}

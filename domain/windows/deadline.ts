/** A deadline that was asked for, cut to what max_ttl leaves. Epoch ms. */
export interface Deadline {
  at: number;
  clamped: boolean;
  /** The latest that was possible. */
  latest: number;
}

/** max_ttl counts from the moment that the window opened: no chain of extensions reaches past it. */
export function clampDeadline(wanted: number, openedAt: number, maxTtlMs: number): Deadline {
  const latest = openedAt + maxTtlMs;
  return { at: Math.min(wanted, latest), clamped: wanted > latest, latest };
}

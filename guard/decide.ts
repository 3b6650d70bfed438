/** A lease of the power worker on one service; see lease-file.ts. Instants in epoch ms. */
export interface Lease {
  version: 1;
  project: string;
  service: string;
  /** Ids of the containers that were started for the service. Older workers do not write it. */
  containers?: string[];
  /** The lease is on every container of its project: a trial of a repair. */
  whole_project?: boolean;
  /** The latest deadline of any window on the service; null is a hold. */
  deadline_ms: number | null;
  /** Until then the worker is stopping the service itself, and the guard does not act. */
  stopping_until_ms?: number;
  max_ttl_ms: number;
  written_ms: number;
}

/** Both clocks at one moment, in ms: the wall clock, which can be set, and a monotonic one. */
export interface Clock {
  wall_ms: number;
  steady_ms: number;
}

/** What the guard knows about one service from its lease file. */
export interface KnownLease {
  project: string;
  service: string;
  /** The file's time, inode and size when it was read. */
  stamp: string;
  /** False while the folder cannot be read; the last valid lease stays in force. */
  present: boolean;
  /** Whether the file's current content is a valid lease. */
  readable: boolean;
  /** The last valid lease; null if there was none yet. */
  lease: Lease | null;
  max_ttl_ms: number;
  /** When this deadline, or this invalid content, was first read. */
  seen: Clock;
}

export type Decision =
  | { end: true; deadline_ms: number }
  | { end: false; because: 'hold' | 'not due' | 'start unknown' };

/** The instant until which a lease lets the service run; null for a hold. */
const lastInstant = (lease: Lease): number | null =>
  lease.deadline_ms === null
    ? null
    : Math.max(lease.deadline_ms, lease.stopping_until_ms ?? lease.deadline_ms);

/** How far past a deadline it is, by the clock that shows more: setting the wall clock back extends no lease. */
const lateBy = (deadline_ms: number, seen: Clock, now: Clock): number =>
  Math.max(now.wall_ms, seen.wall_ms + now.steady_ms - seen.steady_ms) - deadline_ms;

/**
 * Decides whether a container of this service must end now.
 * @param startedMs when the container started, in epoch ms; only needed for an invalid lease. Null if not known yet
 */
export function decide(
  known: KnownLease,
  now: Clock,
  graceMs: number,
  startedMs: number | null = null,
): Decision {
  const allowed = known.lease ? lastInstant(known.lease) : 0;
  if (allowed === null) return { end: false, because: 'hold' };
  if (known.readable) return due(allowed, known, now, graceMs);
  if (startedMs === null) return { end: false, because: 'start unknown' };
  return due(Math.max(startedMs + known.max_ttl_ms, allowed), known, now, graceMs);
}

function due(deadline_ms: number, known: KnownLease, now: Clock, graceMs: number): Decision {
  return lateBy(deadline_ms, known.seen, now) > graceMs
    ? { end: true, deadline_ms }
    : { end: false, because: 'not due' };
}

/** Returns whether a decision on this service needs a call to the Engine. */
export function needsEngine(known: KnownLease, now: Clock, graceMs: number): boolean {
  const decision = decide(known, now, graceMs);
  return decision.end || decision.because === 'start unknown';
}

/** Returns how long nothing can become due, at most `atMostMs`. */
export function quietMs(all: KnownLease[], now: Clock, graceMs: number, atMostMs: number): number {
  const waits = all.flatMap(({ lease, readable, seen }) => {
    const allowed = readable && lease ? lastInstant(lease) : null;
    const wait = allowed === null ? 0 : 1 + graceMs - lateBy(allowed, seen, now);
    return wait > 0 ? [wait] : [];
  });
  return Math.min(atMostMs, ...waits);
}

/** A lease this long past its deadline, with no container running, was left by a worker that died. */
const forgottenAfterMs = 60_000;

/** Returns whether a lease whose service does not run can be removed. A start in progress may still bring it up. */
export function mayForget(known: KnownLease, now: Clock, endedOne: boolean): boolean {
  if (!known.readable) return now.steady_ms - known.seen.steady_ms > known.max_ttl_ms;
  const allowed = known.lease ? lastInstant(known.lease) : null;
  if (allowed === null) return false;
  return endedOne || lateBy(allowed, known.seen, now) > forgottenAfterMs;
}

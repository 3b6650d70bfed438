/** What the power worker promises for one service: see lease-file.ts. Instants in epoch ms. */
export interface Lease {
  version: 1;
  project: string;
  service: string;
  /** Ids of containers that were started for the service; left out by older workers. */
  containers?: string[];
  /** The newest deadline of any window on the service; null is a hold. */
  deadline_ms: number | null;
  /** Until when the worker itself is stopping it and wants to be left alone. */
  stopping_until_ms?: number;
  max_ttl_ms: number;
  written_ms: number;
}

/** Both clocks at one moment, in ms: the wall clock, which people may set, and one that only goes forward. */
export interface Clock {
  wall_ms: number;
  steady_ms: number;
}

/** What the guard knows of one service from its lease file. */
export interface Known {
  project: string;
  service: string;
  /** The file's times and size when it was read. */
  stamp: string;
  /** False while the folder cannot be read: what was last understood stays in force. */
  present: boolean;
  /** Whether the file, as it is now, could be understood. */
  readable: boolean;
  /** What was last understood; null before the first time. */
  lease: Lease | null;
  max_ttl_ms: number;
  /** When this deadline, or this unreadable content, was first seen. */
  seen: Clock;
}

export type Decision =
  | { end: true; deadline_ms: number }
  | { end: false; because: 'hold' | 'not due' | 'start unknown' };

/** The last instant that a lease allows; null for a hold. */
const lastInstant = (lease: Lease): number | null =>
  lease.deadline_ms === null
    ? null
    : Math.max(lease.deadline_ms, lease.stopping_until_ms ?? lease.deadline_ms);

/** How far past a deadline we are, by whichever clock says more: a wall clock set back extends nothing. */
const lateBy = (deadline_ms: number, seen: Clock, now: Clock): number =>
  Math.max(now.wall_ms, seen.wall_ms + now.steady_ms - seen.steady_ms) - deadline_ms;

/**
 * Whether a container of this service is to be ended now.
 * @param startedMs when the container started, which only an unreadable lease asks for; null when not yet known
 */
export function decide(
  known: Known,
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

function due(deadline_ms: number, known: Known, now: Clock, graceMs: number): Decision {
  return lateBy(deadline_ms, known.seen, now) > graceMs
    ? { end: true, deadline_ms }
    : { end: false, because: 'not due' };
}

/** Whether the Engine has to be asked about this service at all. */
export function wantsLook(known: Known, now: Clock, graceMs: number): boolean {
  const decision = decide(known, now, graceMs);
  return decision.end || decision.because === 'start unknown';
}

/** How long, up to `atMostMs`, nothing can become due. */
export function quietMs(all: Known[], now: Clock, graceMs: number, atMostMs: number): number {
  const waits = all.flatMap(({ lease, readable, seen }) => {
    const allowed = readable && lease ? lastInstant(lease) : null;
    const wait = allowed === null ? 0 : 1 + graceMs - lateBy(allowed, seen, now);
    return wait > 0 ? [wait] : [];
  });
  return Math.min(atMostMs, ...waits);
}

/** A deadline this long past, with nothing running, is residue of a worker that died; its file may go. */
const forgottenAfterMs = 60_000;

/** Whether a lease whose service does not run can be forgotten: a start that is under way may still come up. */
export function mayForget(known: Known, now: Clock, endedOne: boolean): boolean {
  if (!known.readable) return now.steady_ms - known.seen.steady_ms > known.max_ttl_ms;
  const allowed = known.lease ? lastInstant(known.lease) : null;
  if (allowed === null) return false;
  return endedOne || lateBy(allowed, known.seen, now) > forgottenAfterMs;
}

/** What the host and a load have done so far, as counters that only grow, and the memory of this moment. */
export interface Counters {
  at_ms: number;
  /** CPU time of all cores since the host started, in ms. */
  total_ms: number;
  busy_ms: number;
  cores: number;
  /** CPU time of the load's services and of its process, in ms; null if that cannot be read. */
  own_ms: number | null;
  /** How long something waited for CPU or memory, in µs; null without PSI. */
  cpu_stall_us: number | null;
  memory_stall_us: number | null;
  memory_available: number;
  memory_total: number;
  /** Requests that ended. */
  done: number;
}

/** What happened between two looks. Shares are between 0 and 1, of all cores or of the time. */
export interface Shares {
  dt_s: number;
  cores: number;
  cpu: number;
  /** Null if it cannot be read. */
  own: number | null;
  cpu_stalled: number | null;
  memory_stalled: number | null;
  memory_available: number;
  memory_total: number;
  done: number;
}

/** @returns null if nothing can be said: no time has passed, or a counter went back */
export function sharesBetween(before: Counters, now: Counters): Shares | null {
  const dt_ms = now.at_ms - before.at_ms;
  const total = now.total_ms - before.total_ms;
  const busy = now.busy_ms - before.busy_ms;
  const done = now.done - before.done;
  if (!(dt_ms > 0) || !(total > 0) || busy < 0 || done < 0 || now.cores < 1) return null;
  const cpu = Math.min(1, busy / total);
  const ownMs = difference(before.own_ms, now.own_ms);
  return {
    dt_s: dt_ms / 1000,
    cores: now.cores,
    cpu,
    own: ownMs === null ? null : Math.min(cpu, ownMs / (dt_ms * now.cores)),
    cpu_stalled: shareOf(before.cpu_stall_us, now.cpu_stall_us, dt_ms),
    memory_stalled: shareOf(before.memory_stall_us, now.memory_stall_us, dt_ms),
    memory_available: now.memory_available,
    memory_total: now.memory_total,
    done,
  };
}

/** Null as well if it went back: a container of the load ended. */
const difference = (before: number | null, now: number | null): number | null =>
  before === null || now === null || now < before ? null : now - before;

function shareOf(before: number | null, now: number | null, ms: number): number | null {
  const stalled = difference(before, now);
  return stalled === null ? null : Math.min(1, stalled / 1000 / ms);
}

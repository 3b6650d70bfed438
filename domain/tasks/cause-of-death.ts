export type Outcome = 'completed' | 'failed' | 'timeout' | 'killed' | 'cancelled' | 'lost';

export type CauseOfDeath =
  | 'exit'
  | 'signal'
  | 'out_of_memory'
  | 'cpu_time'
  | 'wall_time'
  | 'too_many_processes'
  | 'disk_full'
  | 'output_limit'
  | 'cancelled'
  | 'window_closed'
  | 'sandbox_lost'
  | 'image_missing'
  | 'runtime_missing'
  | 'limits_missing';

/** The limit that ended a task, in the unit of its name, and the highest observed value; null if it is unknown. */
export interface LimitHit {
  name: 'memory_mb' | 'cpu_seconds' | 'timeout_ms' | 'pids' | 'disk_mb' | 'output_bytes';
  limit: number;
  peak: number | null;
}

/** Why the harness ended a task; `-` if the task ended by itself. */
export const harnessReasons = [
  '-',
  'out_of_memory',
  'cpu_time',
  'wall_time',
  'too_many_processes',
  'output_limit',
  'cancelled',
  'window_closed',
] as const;
export type HarnessReason = (typeof harnessReasons)[number];

/** The facts about an ended task. Null: this host cannot measure it. */
export interface DeathFacts {
  reason: HarnessReason;
  exit_code: number | null;
  signal: string | null;
  ran_ms: number;
  cpu_ms: number | null;
  memory_peak: number | null;
  /** OOM kills counted by the cgroup; the Engine's OOM flag counts as one. */
  oom_kills: number | null;
  /** Forks refused by the process limit. */
  forks_refused: number | null;
  processes_peak: number | null;
  output_bytes: number;
  disk_peak: number;
  /** A check of /task and /tmp, every 100 ms and at the end, found no free page or no free inode. */
  disk_full: boolean;
  inodes_full: boolean;
  /** /task/out held more than VX11 keeps. */
  too_much_left: boolean;
  /** The errno with which writing the files of /task failed; 0 if it succeeded. */
  setup_error: number;
}

interface Limits {
  memory_mb: number;
  pids: number;
  disk_mb: number;
  timeout_ms: number;
  cpu_seconds: number | null;
  output_bytes: number;
}

export interface CauseVerdict {
  outcome: Outcome;
  cause: CauseOfDeath;
  limit: LimitHit | null;
}

/** EFBIG and ENOSPC. EFBIG counts because the size limit of a file is the size of the disk. */
const noSpace = new Set([27, 28]);

/**
 * Determines why a task ended. The harness's reason comes first, then an OOM kill, whatever the exit code is; then, only
 * for a failed task, a limit that it hit while running: refused forks or a full disk. A task that hit one of those and
 * still succeeded has completed.
 */
export function causeOfDeath(facts: DeathFacts, limits: Limits): CauseVerdict {
  const cause = causeOf(facts, limits);
  return { outcome: outcomeOf(cause, facts), cause, limit: limitOf(cause, facts, limits) };
}

function causeOf(facts: DeathFacts, limits: Limits): CauseOfDeath {
  if (facts.reason !== '-') return facts.reason;
  if ((facts.oom_kills ?? 0) > 0) return 'out_of_memory';
  if (facts.setup_error !== 0) return noSpace.has(facts.setup_error) ? 'disk_full' : 'sandbox_lost';
  if (facts.signal === 'SIGXCPU' && limits.cpu_seconds !== null) return 'cpu_time';
  if (facts.exit_code !== 0) {
    const tooMany = (facts.forks_refused ?? 0) > 0 || (facts.processes_peak ?? 0) > limits.pids;
    if (tooMany) return 'too_many_processes';
    if (facts.disk_full || facts.inodes_full || facts.signal === 'SIGXFSZ') return 'disk_full';
  }
  if (facts.too_much_left) return 'output_limit';
  return facts.signal === null ? 'exit' : 'signal';
}

function outcomeOf(cause: CauseOfDeath, facts: DeathFacts): Outcome {
  switch (cause) {
    case 'exit':
      return facts.exit_code === 0 ? 'completed' : 'failed';
    case 'signal':
    case 'image_missing':
    case 'runtime_missing':
    case 'limits_missing':
      return 'failed';
    case 'wall_time':
      return 'timeout';
    case 'cancelled':
      return 'cancelled';
    case 'sandbox_lost':
      return 'lost';
    default:
      return 'killed';
  }
}

const mb = (bytes: number | null): number | null =>
  bytes === null ? null : Math.round((bytes / 2 ** 20) * 10) / 10;

function limitOf(cause: CauseOfDeath, facts: DeathFacts, limits: Limits): LimitHit | null {
  switch (cause) {
    case 'out_of_memory':
      return { name: 'memory_mb', limit: limits.memory_mb, peak: mb(facts.memory_peak) };
    case 'cpu_time':
      return {
        name: 'cpu_seconds',
        limit: limits.cpu_seconds ?? 0,
        peak: facts.cpu_ms === null ? null : facts.cpu_ms / 1000,
      };
    case 'wall_time':
      return { name: 'timeout_ms', limit: limits.timeout_ms, peak: facts.ran_ms };
    case 'too_many_processes':
      // a fork was refused, so the limit was reached, or more processes were observed
      return {
        name: 'pids',
        limit: limits.pids,
        peak: Math.max(limits.pids, facts.processes_peak ?? 0),
      };
    case 'disk_full':
      return { name: 'disk_mb', limit: limits.disk_mb, peak: mb(facts.disk_peak) };
    case 'output_limit':
      return facts.too_much_left && facts.reason === '-'
        ? { name: 'disk_mb', limit: limits.disk_mb, peak: mb(facts.disk_peak) }
        : { name: 'output_bytes', limit: limits.output_bytes, peak: facts.output_bytes };
    default:
      return null;
  }
}

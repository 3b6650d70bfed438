import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one that got the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When the system says it started: clock ticks since boot on Linux, a date elsewhere. Compare, do not read. */
  started: string;
}

/** Who runs under `pid` now; undefined when nobody does, or what is left of it only waits to be collected. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startTicks(pid) : startDate(pid);
    return started ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs. */
export const isAlive = ({ pid, started }: ProcessIdentity): boolean =>
  identify(pid)?.started === started;

/** Field 22 of /proc/PID/stat (proc(5)), counted from behind the command's name, which may hold anything. */
function startTicks(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

const startDate = (pid: number): string =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();

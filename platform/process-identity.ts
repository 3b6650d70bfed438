import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Identifies a process, and distinguishes it from a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** When the process started: clock ticks since boot on Linux, a date elsewhere. Only for comparison. */
  started: string;
}

/** Returns the identity of the process `pid`; undefined if there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startTicks(pid) : startDate(pid);
    return started ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether exactly this process still runs. */
export const isAlive = ({ pid, started }: ProcessIdentity): boolean =>
  identify(pid)?.started === started;

/** Reads field 22 of /proc/PID/stat (proc(5)), counted from the end of the command name, which may contain anything. */
function startTicks(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

const startDate = (pid: number): string =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();

import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second on every platform that Node supports. */
const tickMs = 10;

/** Returns the CPU time of a process and of its ended children since its start, in ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name may contain anything, so fields are counted from its end; see proc_pid_stat(5)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
  return (user! + system! + childUser! + childSystem!) * tickMs;
}

/** Returns the resident memory of a process, in MB of 2^20 bytes. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / 1024;
}

/** Memory of a process in MB: its proportional set size (PSS), and the anonymous part, which the kernel cannot drop. */
export interface Share {
  pss: number;
  anonymous: number;
}

export function shareOf(pid: number): Share {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? NaN) / 1024;
  return { pss: mb('Pss'), anonymous: mb('Pss_Anon') };
}

/** Returns the current children of a process and their descendants. */
export function descendants(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
}

/** Returns the process id of the Engine; undefined if it does not run on this machine. */
export function enginePid(): number | undefined {
  try {
    return Number(readFileSync('/var/run/docker.pid', 'utf8'));
  } catch {
    return undefined;
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupFolder } from './usage.ts';

/** What a container's cgroup has counted since it started; null where this process does not see it. */
export interface LimitsHit {
  memory_peak_bytes: number | null;
  /** How often the kernel killed one of its processes for lack of memory. */
  out_of_memory_kills: number | null;
  /** How often a new process was refused. */
  pids_refused: number | null;
}

/** @param pid process id of the container's first process on this host; 0 while it does not run */
export async function readLimitsHit(pid: number): Promise<LimitsHit> {
  const none = { memory_peak_bytes: null, out_of_memory_kills: null, pids_refused: null };
  const groups = pid === 0 ? null : await textOf(`/proc/${pid}/cgroup`);
  if (groups === null) return none;
  const memory = cgroupFolder(groups, 'memory');
  const pids = cgroupFolder(groups, 'pids');
  const [peak, events, refused] = await Promise.all([
    textOf(join(memory.folder, memory.v2 ? 'memory.peak' : 'memory.max_usage_in_bytes')),
    textOf(join(memory.folder, memory.v2 ? 'memory.events' : 'memory.oom_control')),
    textOf(join(pids.folder, 'pids.events')),
  ]);
  return {
    memory_peak_bytes: numberIn(peak, /^(\d+)$/m),
    out_of_memory_kills: numberIn(events, /^oom_kill (\d+)$/m),
    pids_refused: numberIn(refused, /^max (\d+)$/m),
  };
}

const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

const numberIn = (text: string | null, form: RegExp): number | null => {
  const [, digits] = form.exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
};

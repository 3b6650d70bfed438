import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Resource use of a container: working set in bytes; CPU time in ms and traffic in bytes since it started. */
export interface Usage {
  memory_bytes: number;
  cpu_ms: number;
  network_bytes: number;
}

/**
 * Reads a container's use from the proc and cgroup files of its first process. This takes a tenth of a millisecond,
 * while the Engine's stats call takes a second. Returns null if this process does not see the host's files.
 * @param pid process id of the container's first process, from the Engine
 */
export async function readUsage(pid: number): Promise<Usage | null> {
  try {
    const [groups, traffic] = await Promise.all([
      readFile(`/proc/${pid}/cgroup`, 'utf8'),
      readFile(`/proc/${pid}/net/dev`, 'utf8'),
    ]);
    const [memory_bytes, cpu_ms] = await Promise.all([memoryOf(groups), cpuOf(groups)]);
    return { memory_bytes, cpu_ms, network_bytes: trafficOf(traffic) };
  } catch {
    return null; // the process ended, or the host's files are not visible
  }
}

const root = '/sys/fs/cgroup';

/**
 * The folder of a controller in cgroup v1, or the single folder of v2.
 * @param groups the content of `/proc/<pid>/cgroup`
 */
export function cgroupFolder(groups: string, controller: string): { folder: string; v2: boolean } {
  for (const line of groups.split('\n')) {
    const [, controllers = '', path = ''] = line.split(':');
    if (controllers.split(',').includes(controller))
      return { folder: join(root, controller, path), v2: false };
  }
  const unified = groups.split('\n').find((line) => line.startsWith('0::')) ?? '';
  return { folder: join(root, unified.slice('0::'.length)), v2: true };
}

async function memoryOf(groups: string): Promise<number> {
  const { folder, v2 } = cgroupFolder(groups, 'memory');
  const [usage, stat] = await Promise.all([
    readFile(join(folder, v2 ? 'memory.current' : 'memory.usage_in_bytes'), 'utf8'),
    readFile(join(folder, 'memory.stat'), 'utf8'),
  ]);
  const idle = new RegExp(`^${v2 ? '' : 'total_'}inactive_file (\\d+)$`, 'm').exec(stat);
  return Math.max(0, Number(usage) - Number(idle?.[1] ?? 0));
}

async function cpuOf(groups: string): Promise<number> {
  const { folder, v2 } = cgroupFolder(groups, 'cpuacct');
  if (!v2) return Number(await readFile(join(folder, 'cpuacct.usage'), 'utf8')) / 1e6;
  const stat = await readFile(join(folder, 'cpu.stat'), 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1] ?? 0) / 1000;
}

/** Received and sent bytes of all interfaces except loopback. */
function trafficOf(text: string): number {
  const rows = text
    .split('\n')
    .slice(2)
    .filter((line) => line.includes(':'));
  const others = rows.filter((line) => line.trim().split(':')[0] !== 'lo');
  const bytes = others.map((line) => (line.split(':')[1] ?? '').trim().split(/\s+/).map(Number));
  return bytes.reduce((sum, columns) => sum + (columns[0] ?? 0) + (columns[8] ?? 0), 0);
}

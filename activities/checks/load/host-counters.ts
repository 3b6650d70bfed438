import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Counters } from '../../../domain/checks/load/shares.ts';

type HostCounters = Omit<Counters, 'own_ms' | 'done'>;

/** The kernel counts CPU time in these, in ms. */
const tickMs = 10;

/**
 * Reads what the host is doing, in a fifth of a millisecond. Where the kernel has no PSI, those figures are null.
 * @param proc the folder of the kernel's files
 * @returns null if there are none of them
 */
export async function readHost(proc = '/proc'): Promise<HostCounters | null> {
  const read = (name: string): Promise<string> =>
    readFile(join(proc, name), 'utf8').catch(() => '');
  const [stat, memory, cpuPressure, memoryPressure] = await Promise.all(
    ['stat', 'meminfo', 'pressure/cpu', 'pressure/memory'].map(read),
  );
  const times = /^cpu +([\d ]+)$/m.exec(stat!)?.[1]?.trim().split(/ +/).map(Number);
  const memory_total = kibibytes(memory!, 'MemTotal');
  const memory_available = kibibytes(memory!, 'MemAvailable');
  if (times === undefined || memory_total === null || memory_available === null) return null;
  // user nice system idle iowait irq softirq steal; what follows is part of user and nice
  const total = times.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return {
    at_ms: performance.now(),
    total_ms: total * tickMs,
    busy_ms: (total - idle) * tickMs,
    cores: stat!.match(/^cpu\d+ /gm)?.length ?? 1,
    cpu_stall_us: stalled(cpuPressure!),
    memory_stall_us: stalled(memoryPressure!),
    memory_available,
    memory_total,
  };
}

const kibibytes = (text: string, name: string): number | null => {
  const found = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? null : Number(found) * 1024;
};

/** How long at least one process waited, in µs. */
const stalled = (text: string): number | null => {
  const found = /^some .*total=(\d+)$/m.exec(text)?.[1];
  return found === undefined ? null : Number(found);
};

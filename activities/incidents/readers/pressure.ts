import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { PressureFact } from '../../../domain/incidents/facts.ts';

const cores = availableParallelism();

/** The pressure on this machine. In a container the kernel still tells that of the machine. */
export async function readPressure(): Promise<PressureFact> {
  const [cpu, memory, io, meminfo] = await Promise.all([
    stalls('cpu'),
    stalls('memory'),
    stalls('io'),
    readFile('/proc/meminfo', 'utf8').catch(() => ''),
  ]);
  return {
    cpu_some_avg60: stalled(cpu, 'some', 60),
    memory_full_avg10: stalled(memory, 'full', 10),
    io_full_avg60: stalled(io, 'full', 60),
    load_per_core: (loadavg()[0] ?? 0) / cores,
    memory_available: availableIn(meminfo) ?? freemem() / totalmem(),
  };
}

const stalls = (what: 'cpu' | 'memory' | 'io'): Promise<string> =>
  readFile(`/proc/pressure/${what}`, 'utf8').catch(() => '');

/** `some avg10=0.00 avg60=0.12 …` → 0.12; null where the kernel does not tell. */
export function stalled(text: string, which: 'some' | 'full', seconds: 10 | 60): number | null {
  const match = new RegExp(`^${which} .*?avg${seconds}=([\\d.]+)`, 'm').exec(text);
  return match === null ? null : Number(match[1]);
}

/** From 0 to 1; null if the text says nothing of it. */
export function availableIn(meminfo: string): number | null {
  const kb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1]);
  const share = kb('MemAvailable') / kb('MemTotal');
  return Number.isFinite(share) ? share : null;
}

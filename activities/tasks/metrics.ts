import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Admission } from './admission.ts';

export interface SpawnMetrics {
  /** How long tasks waited for their first turn. */
  queued: Histogram;
  ended: Counter<'outcome' | 'cause'>;
}

export function createSpawnMetrics(registry: Registry): SpawnMetrics {
  const registers = [registry];
  return {
    queued: new Histogram({
      name: 'vx11_spawn_queued_seconds',
      help: 'Time from the request of a task to the start of an attempt',
      buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    }),
    ended: new Counter({
      name: 'vx11_spawn_attempts_total',
      help: 'Attempts that ended, by how and why',
      labelNames: ['outcome', 'cause'],
      registers,
    }),
  };
}

/** How full the spawner is, read when somebody asks. */
export function gaugeAdmission(
  registry: Registry,
  admission: Admission,
  memoryInUse: () => number,
): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => made.set(read()),
    });
  };
  gauge('vx11_spawn_running', 'Attempts that were let in', () => admission.running);
  gauge('vx11_spawn_waiting', 'Attempts that wait for room', () => admission.waiting);
  gauge('vx11_spawn_memory_bytes', 'Memory that sandboxes may take now', memoryInUse);
}

/** Counts rounds of the spawner that failed, by what they do. */
export function countRounds(registry: Registry): (round: string) => void {
  const failed = new Counter({
    name: 'vx11_rounds_failed_total',
    help: 'Rounds of this process that failed, by what they do',
    labelNames: ['round'],
    registers: [registry],
  });
  return (round) => failed.inc({ round });
}

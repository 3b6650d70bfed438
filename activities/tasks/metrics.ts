import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import {
  spawnerMetricFamilies,
  type SpawnerMetric,
  type SpawnerSamples,
} from '../../contracts/spawner-metrics.ts';
import type { Admission } from './admission.ts';

export interface TaskMetrics {
  /** How long tasks waited before their first attempt started. */
  queued: Histogram;
  ended: Counter<'outcome' | 'cause'>;
}

export function createTaskMetrics(registry: Registry): TaskMetrics {
  const registers = [registry];
  return {
    queued: new Histogram({
      ...named('vx11_spawn_queued_seconds'),
      buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    }),
    ended: new Counter({
      ...named('vx11_spawn_attempts_total'),
      labelNames: ['outcome', 'cause'],
      registers,
    }),
  };
}

const named = (name: SpawnerMetric): { name: string; help: string } => ({
  name,
  help: spawnerMetricFamilies[name].help,
});

/** The samples of a registry, without the names and help texts, which never change. */
export async function samplesOf(registry: Registry): Promise<SpawnerSamples> {
  const families = await registry.getMetricsAsJSON();
  return families.flatMap(({ name, values }) =>
    // a histogram names its series, which its type does not say
    (values as { metricName?: string; labels: object; value: number }[]).map(
      ({ metricName = name, labels, value }): SpawnerSamples[number] => [
        metricName,
        labels as SpawnerSamples[number][1],
        value,
      ],
    ),
  );
}

/** Registers gauges of the spawner's load, which are read at each scrape. */
export function gaugeAdmission(
  registry: Registry,
  admission: Admission,
  memoryInUse: () => number,
): void {
  const gauge = (name: SpawnerMetric, read: () => number): void => {
    const made: Gauge = new Gauge({
      ...named(name),
      registers: [registry],
      collect: () => made.set(read()),
    });
  };
  gauge('vx11_spawn_running', () => admission.running);
  gauge('vx11_spawn_waiting', () => admission.waiting);
  gauge('vx11_spawn_memory_bytes', memoryInUse);
}

/** Returns a counter of the spawner's failed rounds, by name of the round. */
export function countRounds(registry: Registry): (round: string) => void {
  const failed = new Counter({
    name: 'vx11_rounds_failed_total',
    help: 'Rounds of this process that failed, by what they do',
    labelNames: ['round'],
    registers: [registry],
  });
  return (round) => failed.inc({ round });
}

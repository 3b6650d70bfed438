/** What a spawner counts, by the name of each family. */
export const spawnerMetricFamilies = {
  vx11_spawn_queued_seconds: {
    type: 'histogram',
    help: 'Time from the request of a task to the start of an attempt',
  },
  vx11_spawn_attempts_total: {
    type: 'counter',
    help: 'Attempts that ended, by how and why',
  },
  vx11_spawn_running: { type: 'gauge', help: 'Attempts that were let in' },
  vx11_spawn_waiting: { type: 'gauge', help: 'Attempts that wait for room' },
  vx11_spawn_memory_bytes: { type: 'gauge', help: 'Memory that sandboxes may take now' },
} as const;

export type SpawnerMetric = keyof typeof spawnerMetricFamilies;

/** The numbers behind them, as a beat of the spawner carries them: name of the series, labels, value. */
export type SpawnerSamples = [
  series: string,
  labels: Record<string, string | number>,
  value: number,
][];

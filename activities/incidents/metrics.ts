import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The metrics of ants and incidents. */
export interface AntMetrics {
  looks: Counter<'ant' | 'outcome'>;
  seconds: Histogram<'ant'>;
  changes: Counter<'change'>;
  open: Gauge<'host' | 'severity'>;
}

export function createAntMetrics(registry: Registry): AntMetrics {
  const registers = [registry];
  return {
    looks: new Counter({
      name: 'vx11_ant_looks_total',
      help: 'Looks of ants, by their outcome',
      labelNames: ['ant', 'outcome'],
      registers,
    }),
    seconds: new Histogram({
      name: 'vx11_ant_look_seconds',
      help: 'Duration of a look',
      labelNames: ['ant'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 5],
      registers,
    }),
    changes: new Counter({
      name: 'vx11_incident_changes_total',
      help: 'Changes of incidents, by the event that tells them',
      labelNames: ['change'],
      registers,
    }),
    open: new Gauge({
      name: 'vx11_incidents_open',
      help: 'Incidents that are open or acknowledged',
      labelNames: ['host', 'severity'],
      registers,
    }),
  };
}

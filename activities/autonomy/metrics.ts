import { Counter, Histogram, type Registry } from 'prom-client';

/** The metrics of madre's loop. */
export interface AutonomyMetrics {
  rounds: Counter<'outcome'>;
  observed: Histogram;
  decisions: Counter<'action' | 'by'>;
  effects: Counter<'effect'>;
}

export function createAutonomyMetrics(registry: Registry): AutonomyMetrics {
  const registers = [registry];
  return {
    rounds: new Counter({
      name: 'vx11_autonomy_rounds_total',
      help: 'Rounds of the loop, by whether they observed a change',
      labelNames: ['outcome'],
      registers,
    }),
    observed: new Histogram({
      name: 'vx11_autonomy_observe_seconds',
      help: 'Duration of the observation of a round',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    decisions: new Counter({
      name: 'vx11_autonomy_decisions_total',
      help: 'Decisions of the loop',
      labelNames: ['action', 'by'],
      registers,
    }),
    effects: new Counter({
      name: 'vx11_autonomy_effects_total',
      help: 'Effects of decisions',
      labelNames: ['effect'],
      registers,
    }),
  };
}

import { above, ant, lasting, percent, type Sighting } from '../ant.ts';

const closeSome = [{ action: null, target: null, text: 'Close windows that nobody uses' }];

/** The processors of the host are busy: work waits for them, or the load is above what they can do. */
export const cpuAnt = ant({
  name: 'cpu',
  reads: 'pressure',
  severity: 'high',
  cost_ms: 2,
  always: true,
  look({ cpu_some_avg60: stalled, load_per_core: load }) {
    const about = { kind: 'cpu', service: null, suggests: closeSome } as const;
    const byLoad: Sighting = {
      ...about,
      subkey: 'load',
      state: above(load, 1.5, 1),
      severity: 'warn',
      title: 'The load of the host is too high',
      detail: `The load is ${load.toFixed(2)} for each core.`,
      value: load,
      rule: lasting(300, 120),
    };
    if (stalled === null) return [byLoad];
    const byPressure: Sighting = {
      ...about,
      subkey: 'pressure',
      state: above(stalled, 40, 25),
      severity: stalled > 80 ? 'high' : 'warn',
      title: 'Work waits for processors',
      detail: `Some work waited ${percent(stalled / 100)} of the last minute.`,
      value: stalled,
      rule: lasting(60, 120),
    };
    return [byPressure, byLoad];
  },
});

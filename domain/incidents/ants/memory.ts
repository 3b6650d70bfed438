import { above, ant, below, lasting, percent, type Sighting } from '../ant.ts';

const closeSome = [{ action: null, target: null, text: 'Close windows that nobody uses' }];

/** The host runs out of memory. */
export const memoryAnt = ant({
  name: 'memory',
  reads: 'pressure',
  severity: 'high',
  cost_ms: 2,
  always: true,
  look({ memory_available: available, memory_full_avg10: stalled }) {
    const about = { kind: 'memory', service: null, severity: 'high', suggests: closeSome } as const;
    const byUse: Sighting = {
      ...about,
      subkey: 'available',
      state: below(available, 0.1, 0.15),
      title: 'The host has little memory left',
      detail: `${percent(available)} of it is available.`,
      value: 1 - available,
      rule: lasting(120, 300),
    };
    if (stalled === null) return [byUse];
    const byPressure: Sighting = {
      ...about,
      subkey: 'pressure',
      state: above(stalled, 10, 5),
      title: 'All work waits for memory',
      detail: `All work waited ${percent(stalled / 100)} of the last 10 seconds.`,
      value: stalled,
      rule: lasting(30, 300),
    };
    return [byUse, byPressure];
  },
});

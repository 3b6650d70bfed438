import { above, ant, looks, type Sighting } from '../ant.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The clocks of the host and the Engine differ, or the clock of the host was set. */
export const timeAnt = ant({
  name: 'time',
  reads: 'clocks',
  severity: 'high',
  cost_ms: 10,
  look({ engine_ms, jump_ms }) {
    const sighting = (subkey: string, title: string, ms: number, open = 3): Sighting => ({
      kind: 'clock',
      service: null,
      subkey,
      state: above(Math.abs(ms), 2000, 500),
      severity: Math.abs(ms) > 30_000 ? 'high' : 'warn',
      title,
      detail: `The difference is ${seconds(ms)}.`,
      value: Math.abs(ms),
      rule: looks(open),
      suggests: [{ action: null, target: null, text: 'Synchronise the clock: timedatectl' }],
    });
    return [
      sighting('engine', 'The clock of the Engine differs', engine_ms),
      sighting('jump', 'The clock of the host was set', jump_ms, 1),
    ];
  },
});

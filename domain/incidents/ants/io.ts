import { above, ant, lasting, percent } from '../ant.ts';

/** All work waits for disks. A host whose kernel does not tell is not looked at. */
export const ioAnt = ant({
  name: 'io',
  reads: 'pressure',
  severity: 'warn',
  cost_ms: 2,
  always: true,
  look: ({ io_full_avg60: stalled }) =>
    stalled === null
      ? []
      : [
          {
            kind: 'io',
            service: null,
            subkey: '',
            state: above(stalled, 20, 10),
            severity: 'warn',
            title: 'All work waits for disks',
            detail: `All work waited ${percent(stalled / 100)} of the last minute.`,
            value: stalled,
            rule: lasting(120, 60),
          },
        ],
});

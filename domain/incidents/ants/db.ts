import type { Suggestion } from '../../../contracts/incidents.ts';
import { ant, looks, type Sighting } from '../ant.ts';

const restore: Suggestion[] = [
  { action: null, target: null, text: 'Stop VX11 and restore a backup of the store' },
];

/** The store itself is damaged, or one of its logs was changed. Nothing is ever written for it. */
export const dbAnt = ant({
  name: 'db',
  reads: 'store',
  severity: 'critical',
  cost_ms: 100,
  least_ms: 600_000,
  look({ fault, broken_logs }): Sighting[] {
    const about = {
      kind: 'store',
      service: null,
      severity: 'critical',
      rule: looks(1, 1),
      suggests: restore,
    } as const;
    return [
      {
        ...about,
        subkey: 'database',
        state: fault === null ? 'good' : 'bad',
        title: 'The store is damaged',
        detail: fault ?? 'No fault is known.',
        value: null,
      },
      ...broken_logs.map(({ log, detail }): Sighting => ({
        ...about,
        subkey: `log ${log}`,
        state: 'bad',
        title: `The log of ${log} was changed`,
        detail,
        value: null,
      })),
    ];
  },
});

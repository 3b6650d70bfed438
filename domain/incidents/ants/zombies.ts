import { above, ant, looks } from '../ant.ts';

/** A container collects ended processes that nobody waits for. */
export const zombiesAnt = ant({
  name: 'zombies',
  reads: 'zombies',
  severity: 'warn',
  cost_ms: 50,
  look: (containers) =>
    containers.map(({ service, count }) => ({
      kind: 'zombies',
      service,
      subkey: '',
      state: above(count, 10, 3),
      severity: 'warn',
      title: `${service} does not collect its ended processes`,
      detail: `${count} processes have ended, and nobody has waited for them.`,
      value: count,
      rule: looks(3),
      suggests: [{ action: null, target: service, text: `Set init: true for ${service}` }],
    })),
});

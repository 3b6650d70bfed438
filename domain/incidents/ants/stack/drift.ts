import { ant, looks } from '../../ant.ts';

/**
 * Something is not as the files declare it, in two looks; the second one comes soon after the first, and the first soon after a
 * change by hand. What sleeps, and what a rule ignores, is none.
 */
export const driftAnt = ant({
  name: 'drift',
  reads: 'drift',
  severity: 'critical',
  cost_ms: 500,
  least_ms: 300_000,
  soon_ms: 15_000,
  wakes_on_hand: ['update', 'rename', 'destroy', 'connect', 'disconnect'],
  look: (drift) =>
    drift.map(({ kind, service, path, severity, description, patchable }) => ({
      kind: 'drift',
      service,
      subkey: `${kind} ${path}`,
      state: 'bad',
      severity,
      title: `${path} is not as declared`,
      detail: description.slice(0, 300),
      value: null,
      rule: looks(2, 1),
      suggests: [
        {
          action: null,
          target: service,
          text: patchable
            ? `See it: vx11 drift. Set it right: vx11 patch create ${service ?? 'stack'}`.slice(
                0,
                300,
              )
            : 'See it: vx11 drift',
        },
      ],
    })),
});

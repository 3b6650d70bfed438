import { ant } from '../ant.ts';

/** The Engine of the host does not answer. */
export const engineAnt = ant({
  name: 'engine',
  reads: 'engine',
  severity: 'critical',
  cost_ms: 5,
  always: true,
  look: ({ answers }) => [
    {
      kind: 'engine_down',
      service: null,
      subkey: '',
      state: answers ? 'good' : 'bad',
      severity: 'critical',
      title: 'The Docker Engine does not answer',
      detail: answers ? 'It answers.' : 'It does not answer to a ping.',
      value: null,
      rule: { open: { looks: 2, ms: 10_000 }, clear: { looks: 3, ms: 0 } },
      suggests: [{ action: null, target: null, text: 'Start it, then run: vx11 doctor' }],
    },
  ],
});

import { ant, looks } from '../ant.ts';

const opensAt = 3;

/** A service ends again and again without being asked to. The Engine's own count is 0, since VX11 restarts it. */
export const restartLoopAnt = ant({
  name: 'restart_loop',
  reads: 'exits',
  severity: 'high',
  cost_ms: 3,
  wakes_on: ['die'],
  look: ({ at, services }) =>
    services
      .filter(({ held }) => held)
      .map(({ name }) => {
        const ends = at.filter(({ service }) => service === name).length;
        return {
          kind: 'restart_loop',
          service: name,
          subkey: '',
          state: ends >= opensAt ? 'bad' : ends === 0 ? 'good' : 'between',
          severity: 'high',
          title: `${name} keeps ending`,
          detail: `It ended ${ends} times within 10 minutes without being asked to.`,
          value: ends,
          rule: looks(1),
          suggests: [
            { action: 'stop', target: name, text: `Let ${name} sleep, and read its logs` },
          ],
        };
      }),
});

import { ant, looks } from '../ant.ts';

const watchedMs = 3_600_000;

/** A process was killed for lack of memory: of a service that died of it, or of a child while the service lived on. */
export const oomAnt = ant({
  name: 'oom',
  reads: 'ooms',
  severity: 'high',
  cost_ms: 1,
  wakes_on: ['oom'],
  look: ({ at: kills, since, services }, at) =>
    services
      .filter(({ held }) => held)
      .map(({ name }) => {
        const count = kills.filter(({ service }) => service === name).length;
        // who has not listened for an hour does not know
        const none = at - since >= watchedMs ? 'good' : 'unknown';
        return {
          kind: 'oom',
          service: name,
          subkey: '',
          state: count > 0 ? 'bad' : none,
          severity: 'high',
          title: `${name} runs out of memory`,
          detail: `${count} of its processes were killed for lack of memory within an hour.`,
          value: count,
          rule: looks(1),
          suggests: [{ action: null, target: name, text: `Raise mem_limit of ${name}` }],
        };
      }),
});

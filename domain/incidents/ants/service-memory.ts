import { above, ant, lasting, percent } from '../ant.ts';

/** A service is close to the limit of its memory. */
export const serviceMemoryAnt = ant({
  name: 'service_memory',
  reads: 'services',
  severity: 'high',
  cost_ms: 2,
  look: (services) =>
    services.flatMap(({ name, held, memory_bytes: used, memory_limit_bytes: limit }) => {
      if (!held || limit === null) return [];
      const share = used === null ? null : used / limit;
      return {
        kind: 'service_memory',
        service: name,
        subkey: '',
        state: share === null ? 'unknown' : above(share, 0.9, 0.8),
        severity: 'high',
        title: `${name} is close to its memory limit`,
        detail:
          share === null ? 'Its use is not known.' : `It uses ${percent(share)} of its limit.`,
        value: share,
        rule: lasting(60, 60),
        suggests: [{ action: null, target: name, text: `Raise mem_limit of ${name}` }],
      };
    }),
});

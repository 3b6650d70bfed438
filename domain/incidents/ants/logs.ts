import { ant, looks } from '../ant.ts';

/** Lines that a rule of the stack looks for came too often. */
export const logsAnt = ant({
  name: 'logs',
  reads: 'logs',
  severity: 'high',
  cost_ms: 50,
  look: (found) =>
    found.map(({ rule, service, matches, within_ms, least, severity }) => ({
      kind: 'log_pattern',
      service,
      subkey: rule,
      state: matches >= least ? 'bad' : matches === 0 ? 'good' : 'between',
      severity,
      title: `${service} logs ${rule}`,
      detail: `${matches} lines matched within ${within_ms / 1000} s.`,
      value: matches,
      rule: looks(1),
      suggests: [
        { action: null, target: service, text: `Read them: docker compose logs ${service}` },
      ],
    })),
});

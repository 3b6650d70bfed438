import { hormigueroService } from '../../../contracts/queues.ts';
import type { Store } from '../../../store/index.ts';
import type { AntRuns } from '../../incidents/deps.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type RoleWork } from '../ports.ts';

/** What a step may call a round of ants. */
export const antActions: ReadonlySet<string> = new Set(['scan', 'analyze', 'incidents']);
const mostShown = 20;

/** The work of hormiguero for plans: every ant looks, on a host where hormiguero is awake. */
export const scanForPlan =
  ({ store, runs }: { store: Store; runs: () => AntRuns }): RoleWork =>
  async ({ correlation_id }, { action }) => {
    if (!antActions.has(action)) {
      const detail = `hormiguero takes "scan" from plans, and no "${action}".`;
      return broken({ code: 'unknown_action', detail, may_retry: false });
    }
    const { services } = await readWorld(store);
    const awake = services.find(({ name, asleep }) => name === hormigueroService && !asleep);
    if (awake === undefined)
      return broken({ code: 'off_by_policy', detail: 'hormiguero fell asleep. Open it again.' });
    const { host } = awake;
    const results = await runs().runAnts({ host, all: true, correlation_id });
    const { incidents } = await store.incidents.list({ host, status: 'open', limit: mostShown });
    return done({
      host,
      looked: results.filter(({ outcome }) => outcome === 'looked').length,
      failed: results.flatMap(({ ant, outcome }) => (outcome === 'failed' ? [ant] : [])),
      open: await store.incidents.open(host),
      incidents: incidents.map(({ incident_id, severity, title }) => ({
        incident_id,
        severity,
        title,
      })),
    });
  };

import { planningContextOf, type PlanningContext } from '../../domain/plans/planning-context.ts';
import type { ServiceFact } from '../../domain/language/chat-reply.ts';
import {
  leasesByService,
  observationsByService,
  serviceStatuses,
} from '../../domain/windows/service-status.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';

/** Reads the current planning context from the store. */
export async function readWorld(store: Store): Promise<PlanningContext> {
  const [catalogs, live] = await Promise.all([store.services.catalogs(), store.windows.live()]);
  return planningContextOf(catalogs, live);
}

/** Returns the state of services, as the status page shows it: the named ones or all, on one host or on all. */
export async function readServices(
  store: Store,
  clock: Clock,
  which: { services: readonly string[]; host?: string | undefined },
): Promise<ServiceFact[]> {
  const { services: names, host: only } = which;
  const [known, observed, windows, presence] = await Promise.all([
    store.services.catalogs(),
    store.services.observed(),
    store.windows.live(),
    store.presence.list(),
  ]);
  const catalogs = known.filter(({ host }) => only === undefined || host === only);
  const leases = (await Promise.all(catalogs.map(({ host }) => store.leases.ofHost(host)))).flat();
  const statuses = serviceStatuses(
    {
      catalogs,
      windows,
      presence,
      observations: observationsByService(observed),
      leases: leasesByService(leases),
    },
    clock(),
  );
  return statuses
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ window_ids: _ids, note: _note, ...fact }) => fact);
}

import type { ServiceObservation } from '../../contracts/service.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { planningContextOf, type PlanningContext } from '../../domain/plans/planning-context.ts';
import type { ServiceFact } from '../../domain/language/chat-reply.ts';
import { heldBy, judgeService } from '../../domain/services/status.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';

/** What there is to plan with, as of now. */
export async function readWorld(store: Store): Promise<PlanningContext> {
  const [catalogs, live] = await Promise.all([store.services.catalogs(), store.windows.live()]);
  return planningContextOf(catalogs, live);
}

/** How services are, as the status page judges them: those that are named, or all; of one host, or of all. */
export async function readServices(
  store: Store,
  clock: Clock,
  asked: { services: readonly string[]; host?: string | undefined },
): Promise<ServiceFact[]> {
  const { services: names, host: only } = asked;
  const [known, observed, windows] = await Promise.all([
    store.services.catalogs(),
    store.services.observed(),
    store.windows.live(),
  ]);
  const catalogs = known.filter(({ host }) => only === undefined || host === only);
  const now = clock();
  const leases = (await Promise.all(catalogs.map(({ host }) => store.leases.ofHost(host)))).flat();
  const seen = new Map(
    observed.map((one): [string, ServiceObservation] => [`${one.host}/${one.name}`, one]),
  );
  const ends = new Map(windows.map((view) => [view.window_id, view.expires_at]));
  return catalogs.flatMap(({ host, services }) =>
    services
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(({ name, tier }): ServiceFact => {
        const holding = leases.filter(
          (lease) => lease.host === host && lease.service === name && isLive(lease, now),
        );
        const one = seen.get(`${host}/${name}`) ?? null;
        const { health, reason } = judgeService(tier, one, heldBy(holding));
        const until = holding.map(({ window_id }) => ends.get(window_id) ?? null);
        return {
          name,
          host,
          tier,
          state: one?.state ?? 'absent',
          health,
          reason,
          until: lastOf(until),
        };
      }),
  );
}

/** The latest of these instants; null without one, or where one window has no end yet. */
function lastOf(ends: (string | null)[]): string | null {
  if (ends.includes(null)) return null;
  // instants of one form sort as text
  return ends.toSorted((one, other) => (one ?? '').localeCompare(other ?? '')).at(-1) ?? null;
}

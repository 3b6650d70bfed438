import { ancestorsIn } from '../../domain/incidents/inhibit.ts';
import { runsElsewhere } from '../../domain/services/status.ts';
import { lockOf, type PowerHost } from '../power/host/host.ts';

/** How the services of a host are meant to be at this moment. */
export interface Situation {
  /** No window holds it, or this Engine does not run it: nothing about it is trouble. */
  isAsleep: (service: string) => boolean;
  isMoving: (service: string) => boolean;
  ancestors: (service: string) => ReadonlySet<string>;
}

/** What the situation depends on. */
export type SituationSources = Pick<
  PowerHost,
  'host' | 'store' | 'catalog' | 'leases' | 'lock' | 'seen'
>;

const movingStates: ReadonlySet<string> = new Set([
  'created',
  'starting',
  'stopping',
  'restarting',
  'paused',
]);

/**
 * Reads what sleeps and what moves. While the compose file or the leases are not known, every service counts as moving, so that
 * no look at one counts.
 */
export async function readSituation(power: SituationSources): Promise<Situation> {
  const { host, store, leases, lock, seen } = power;
  const catalog = power.catalog.known();
  if (catalog === null || !leases.known()) {
    return { isAsleep: () => false, isMoving: () => true, ancestors: () => new Set() };
  }
  const windows = (await store.windows.live()).filter(
    (view) => view.host === host && (view.state === 'opening' || view.state === 'closing'),
  );
  const moving = new Set(windows.flatMap(({ services, members }) => [...services, ...members]));
  const byName = new Map(catalog.services.map((service) => [service.name, service]));
  const parents = new Map(
    catalog.services.map(({ name, depends_on }) => [name, depends_on.map((one) => one.service)]),
  );
  return {
    isAsleep(name) {
      const tier = byName.get(name)?.tier;
      if (tier === undefined || runsElsewhere(tier, seen.get(name).state)) return true;
      return tier === 'window' && leases.live(name).length === 0;
    },
    isMoving: (name) =>
      moving.has(name) ||
      lock.busy(lockOf(name)) ||
      leases.live(name).some(({ is_open }) => !is_open) ||
      movingStates.has(seen.get(name).state),
    ancestors: ancestorsIn(parents),
  };
}

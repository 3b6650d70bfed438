import type {
  Catalog,
  CatalogService,
  ServiceObservation,
  ServiceStatus,
} from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { runs } from '../../domain/services/status.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { leasesByService, observationsByService } from '../../domain/windows/service-status.ts';
import type { Store } from '../../store/index.ts';
import type { Lease } from '../../store/windows/leases.ts';
import { presenceMs, type Presence } from '../../store/system/presence.ts';

/** The part of the store that answers reads, at one revision. */
export interface Snapshot {
  revision: string;
  catalogs: Catalog[];
  observations: Map<string, ServiceObservation>;
  /** Live windows, newest first. */
  windows: WindowView[];
  /** The principals of the windows' owners; a window whose owner is known only by name is left out. */
  owners: Map<string, string>;
  /** Leases by host and service. */
  leases: Map<string, Lease[]>;
  presence: Presence[];
}

/** @param revision read before the rows, so that a commit in between makes the next read load again */
export async function loadSnapshot(store: Store, revision: string): Promise<Snapshot> {
  const [catalogs, observed, windows, owners, presence] = await Promise.all([
    store.services.catalogs(),
    store.services.observed(),
    store.windows.live(),
    store.windows.owners('live'),
    store.presence.list(),
  ]);
  const hosts = new Set([...catalogs, ...windows].map(({ host }) => host));
  const held = await Promise.all([...hosts].map((host) => store.leases.ofHost(host)));
  const leases = leasesByService(held.flat());
  const observations = observationsByService(observed);
  return { revision, catalogs, observations, windows, owners, leases, presence };
}

/** madre's newest heartbeat; null if it is too old, and madre counts as down. */
export function presentMadre(snapshot: Snapshot, now: number): Presence | null {
  const fresh = snapshot.presence.filter(
    ({ process, at }) => process === 'madre' && at + presenceMs > now,
  );
  return fresh.toSorted((one, other) => other.at - one.at)[0] ?? null;
}

/** The processes that manage a host now. */
export const presentPowers = ({ presence }: Snapshot, now: number): Presence[] =>
  presence.filter(
    ({ process, at }) => (process === 'madre' || process === 'power') && at + presenceMs > now,
  );

/** The compose files whose newest version cannot be read, of hosts that are managed now. */
export function brokenCatalogs(snapshot: Snapshot, now: number): Catalog[] {
  const alive = new Set(presentPowers(snapshot, now).map(({ host }) => host));
  return snapshot.catalogs.filter(({ host, error }) => error !== null && alive.has(host));
}

/** All catalog entries with a name, each with its host. */
export function findServices(
  snapshot: Snapshot,
  name: string,
): { host: string; service: CatalogService }[] {
  return snapshot.catalogs.flatMap(({ host, services }) => {
    const service = services.find((entry) => entry.name === name);
    return service === undefined ? [] : [{ host, service }];
  });
}

/** The names of all services of the window tier, over all hosts. */
export const windowServices = (snapshot: Snapshot): string[] => [
  ...new Set(
    snapshot.catalogs.flatMap(({ services }) =>
      services.flatMap(({ name, tier }) => (tier === 'window' ? [name] : [])),
    ),
  ),
];

/** The names of the services that run now, each once. */
export const runningNames = (services: readonly ServiceStatus[]): string[] => [
  ...new Set(services.flatMap(({ name, state }) => (runs(state) ? [name] : []))),
];

/** The live windows that hold a service now. */
export function holdersOf(snapshot: Snapshot, service: string): WindowView[] {
  const ids = new Set(
    [...snapshot.leases.values()]
      .flat()
      .flatMap((lease) => (lease.service === service ? [lease.window_id] : [])),
  );
  return snapshot.windows.filter(({ window_id }) => ids.has(window_id));
}

/** The hosts on which an open window holds this service now. */
export const awakeHosts = (snapshot: Snapshot, service: string, now: number): string[] => [
  ...new Set(
    [...snapshot.leases.values()]
      .flat()
      .flatMap((lease) =>
        lease.service === service && lease.is_open && isLive(lease, now) ? [lease.host] : [],
      ),
  ),
];

/** Whether an open window holds this service now, on any host. */
export const isAwake = (snapshot: Snapshot, service: string, now: number): boolean =>
  awakeHosts(snapshot, service, now).length > 0;

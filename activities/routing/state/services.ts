import type { Catalog } from '../../../contracts/service.ts';
import type { Lease } from '../../../store/windows/leases.ts';
import type { Store } from '../../../store/index.ts';
import { isLive } from '../../../domain/windows/lease.ts';
import { roomFrom } from '../../../domain/windows/room.ts';
import { leasesByService, observationsByService } from '../../../domain/windows/service-status.ts';

/** A service of the managed stacks, as the store shows it. */
export interface ServiceFact {
  host: string;
  state: 'awake' | 'waking' | 'asleep' | 'held';
  /** Epoch ms; null if nothing ends it. */
  until_ms: number | null;
  /** Since when it has been waking; epoch ms. */
  waking_since_ms: number | null;
  max_ttl_ms: number;
}

/** What is known of services by their names. */
export interface Services {
  /** Null for one that is in no compose file, or that always runs. */
  of(name: string): ServiceFact | null;
  /** From when on its host has room for a service that sleeps, as far as the deadlines of windows say; null: unknown. Epoch ms. */
  roomFrom(name: string, now: number): number | null;
  /** Reads the store again, unless it did so less than `ageMs` ago. Keeps what it knew if the store is away. */
  refresh(ageMs: number): Promise<void>;
  /** The same behind the back of a request, which waits only if what is known is too old. */
  keepFresh(): Promise<void>;
}

/** What is older is read again; what is older than `stale` is waited for. In ms. */
const fresh = 200;
const stale = 500;

/** @param clock epoch ms */
export function createServices(store: Store, clock: () => number): Services {
  let facts = new Map<string, ServiceFact>();
  let hosts = new Map<string, Catalog>();
  let held: Parameters<typeof roomFrom>[1] = { leases: new Map(), observations: new Map() };
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    const [catalogs, windows, observed] = await Promise.all([
      store.services.catalogs(),
      store.windows.live(),
      store.services.observed(),
    ]);
    const leases = await Promise.all(catalogs.map(({ host }) => store.leases.ofHost(host)));
    const now = clock();
    const found = new Map<string, ServiceFact>();
    catalogs.forEach(({ host, services }, at) => {
      for (const { name, tier, max_ttl_ms } of services) {
        if (tier !== 'window') continue;
        const holds = leases[at]!.filter(({ service }) => service === name);
        const since = windows
          .filter(
            (view) => view.host === host && opening.has(view.state) && view.services.includes(name),
          )
          .map(({ requested_at }) => Date.parse(requested_at));
        const fact = { host, max_ttl_ms, ...stateOf(holds, since, now) };
        const known = found.get(name);
        if (known === undefined || known.state === 'asleep') found.set(name, fact);
      }
    });
    facts = found;
    hosts = new Map(catalogs.map((catalog) => [catalog.host, catalog]));
    held = {
      leases: leasesByService(leases.flat()),
      observations: observationsByService(observed),
    };
    readAt = now;
  };
  const refresh = async (ageMs: number): Promise<void> => {
    if (clock() - readAt <= ageMs) return;
    reading ??= read().finally(() => (reading = null));
    await reading.catch(() => undefined);
  };
  return {
    of: (name) => facts.get(name) ?? null,
    roomFrom(name, now) {
      const catalog = hosts.get(facts.get(name)?.host ?? '');
      return catalog === undefined ? null : roomFrom(catalog, held, name, now);
    },
    refresh,
    async keepFresh() {
      const reads = refresh(fresh);
      if (clock() - readAt > stale) await reads;
    },
  };
}

/** States of a window that will hold its services. */
const opening: ReadonlySet<string> = new Set(['requested', 'queued', 'opening']);

function stateOf(
  leases: readonly Lease[],
  requested: readonly number[],
  now: number,
): Pick<ServiceFact, 'state' | 'until_ms' | 'waking_since_ms'> {
  const live = leases.filter((lease) => isLive(lease, now));
  const open = live.filter(({ is_open }) => is_open);
  if (open.some(({ deadline }) => deadline === null))
    return { state: 'held', until_ms: null, waking_since_ms: null };
  if (open.length > 0)
    return {
      state: 'awake',
      until_ms: Math.max(...open.map(({ deadline }) => deadline!)),
      waking_since_ms: null,
    };
  if (live.length > 0 || requested.length > 0)
    return { state: 'waking', until_ms: null, waking_since_ms: Math.min(now, ...requested) };
  return { state: 'asleep', until_ms: null, waking_since_ms: null };
}

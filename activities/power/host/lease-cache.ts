import { isLive } from '../../../domain/windows/lease.ts';
import type { Store } from '../../../store/index.ts';
import type { Lease } from '../../../store/windows/leases.ts';
import type { Clock } from '../../../platform/clock.ts';

/**
 * The leases of one host. While the store cannot be read, the last known ones stand: their deadlines are absolute, so
 * services still go down on time.
 */
export interface LeaseCache {
  refresh(): Promise<void>;
  /** Has the store been read at all? Before that, no leases does not mean that nothing is leased. */
  known(): boolean;
  all(): readonly Lease[];
  live(service: string): Lease[];
  /** It has leases, and all of them are past: its window ended and was not closed yet. */
  lapsed(service: string): boolean;
}

export function createLeaseCache(store: Store, host: string, clock: Clock): LeaseCache {
  let leases: Lease[] = [];
  // answers may overtake each other; one that was asked for earlier never replaces a later one
  let asked = 0;
  let answered = 0;
  let read = false;
  const of = (service: string): Lease[] => leases.filter((lease) => lease.service === service);
  return {
    async refresh() {
      const mine = (asked += 1);
      try {
        const found = await store.leases.ofHost(host);
        if (mine < answered) return;
        answered = mine;
        leases = found;
        read = true;
      } catch {
        // the last known leases stand until the store can be read again
      }
    },
    known: () => read,
    all: () => leases,
    live: (service) => of(service).filter((lease) => isLive(lease, clock())),
    lapsed: (service) => {
      const mine = of(service);
      return mine.length > 0 && !mine.some((lease) => isLive(lease, clock()));
    },
  };
}

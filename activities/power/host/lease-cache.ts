import { isLive } from '../../../domain/windows/lease.ts';
import type { Store } from '../../../store/index.ts';
import type { Lease } from '../../../store/windows/leases.ts';
import type { Clock } from '../../../platform/clock.ts';

/**
 * The leases of one host. While the store cannot be read, the last known leases stay valid: their deadlines are
 * absolute, so services still stop on time.
 */
export interface LeaseCache {
  refresh(): Promise<void>;
  /**
   * Whether the store has been read at least once. Before that, an empty list does not mean that nothing is leased.
   */
  known(): boolean;
  all(): readonly Lease[];
  live(service: string): Lease[];
  /** Whether it has leases and all have expired: its window has ended but is not closed yet. */
  lapsed(service: string): boolean;
}

export function createLeaseCache(store: Store, host: string, clock: Clock): LeaseCache {
  let leases: Lease[] = [];
  // reads may finish out of order; an earlier read never replaces the result of a later one
  let started = 0;
  let newest = 0;
  let read = false;
  const of = (service: string): Lease[] => leases.filter((lease) => lease.service === service);
  return {
    async refresh() {
      const mine = (started += 1);
      try {
        const found = await store.leases.ofHost(host);
        if (mine < newest) return;
        newest = mine;
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

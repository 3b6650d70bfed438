import type { Logger } from 'pino';
import type { NewEvent } from '../../../contracts/event.ts';
import type { ServiceObservation } from '../../../contracts/service.ts';
import type { Store } from '../../../store/index.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import type { Clock } from '../../../platform/clock.ts';

/** New observations of one service. */
export type Seen = Partial<ServiceObservation> & { name: string };

/** The last observation of each service: in memory at once, in the store as soon as it is available. */
export interface Observations {
  load(): Promise<void>;
  get(service: string): ServiceObservation;
  all(): ServiceObservation[];
  /** Number of changes so far. Data that was read before the number changed is out of date. */
  changes(service: string): number;
  /** Merges new observations; writes them with the events if something changed. */
  see(service: string, seen: Partial<ServiceObservation>, events?: NewEvent[]): Promise<void>;
  /** The same for several services, written in one transaction. */
  seeAll(seen: readonly Seen[]): Promise<void>;
  forget(services: string[]): Promise<void>;
  /** Writes everything that the store has not accepted yet. */
  flush(): Promise<void>;
}

const waitMs = 250;
/** Limit of events kept in memory while the store is unavailable. The oldest ones above it are dropped and logged. */
const mostLateEvents = 5000;
/** Events per transaction, so that catching up does not block other writers for long. */
const eventsAtOnce = 500;

const unseen = (host: string, name: string): ServiceObservation => ({
  name,
  host,
  container_id: null,
  container_name: null,
  state: 'unknown',
  health: 'none',
  exit_code: null,
  started_at: null,
  finished_at: null,
  stop: null,
  stray_since: null,
  tolerated: false,
  outdated: false,
  memory_bytes: null,
  note: null,
});

export function createObservations(deps: {
  store: Store;
  host: string;
  clock: Clock;
  log: Logger;
}): Observations {
  const { store, host, clock, log } = deps;
  const known = new Map<string, ServiceObservation>();
  const unwritten = new Set<string>();
  const counts = new Map<string, number>();
  let lateEvents: NewEvent[] = [];
  /** Number of events dropped since the last successful write. */
  let lost = 0;

  const get = (service: string): ServiceObservation => known.get(service) ?? unseen(host, service);
  /** @returns whether anything changed */
  const merge = (service: string, seen: Partial<ServiceObservation>): boolean => {
    const before = get(service);
    const after = { ...before, ...seen };
    if (known.has(service) && JSON.stringify(before) === JSON.stringify(after)) return false;
    known.set(service, after);
    counts.set(service, (counts.get(service) ?? 0) + 1);
    return true;
  };
  const write = async (): Promise<boolean> => {
    const names = [...unwritten];
    const events = lateEvents.slice(0, eventsAtOnce);
    unwritten.clear();
    lateEvents = lateEvents.slice(eventsAtOnce);
    try {
      await store.services.observe(names.map(get), events, clock());
      if (lost > 0) log.error({ lost }, 'events were dropped while the store was unavailable');
      lost = 0;
      return true;
    } catch (error) {
      // power control continues without the store; its events are written once the store is back
      names.forEach((name) => unwritten.add(name));
      lateEvents = [...events, ...lateEvents];
      keepNewest();
      log.warn({ err: error }, 'observations could not be written; trying again');
      return false;
    }
  };
  const keepNewest = (): void => {
    const over = lateEvents.length - mostLateEvents;
    if (over <= 0) return;
    if (lost === 0)
      log.error('the store has been unavailable for long: the oldest events are dropped');
    lost += over;
    lateEvents = lateEvents.slice(over);
  };
  const writeAll = async (): Promise<void> => {
    while (unwritten.size > 0 || lateEvents.length > 0) if (!(await write())) return;
  };
  let writing: Promise<void> | null = null;
  /** Waits only briefly for the store, so that a slow store delays no service. */
  const flush = async (): Promise<void> => {
    writing ??= writeAll().finally(() => (writing = null));
    await Promise.race([writing, pause(waitMs)]);
  };
  return {
    async load() {
      for (const seen of await store.services.observed(host)) known.set(seen.name, seen);
    },
    get,
    all: () => [...known.values()],
    changes: (service) => counts.get(service) ?? 0,
    async see(service, seen, events = []) {
      if (!merge(service, seen) && events.length === 0) return;
      unwritten.add(service);
      lateEvents.push(...events);
      keepNewest();
      await flush();
    },
    async seeAll(all) {
      // nothing is awaited in between, so that one write includes all of them
      for (const { name, ...seen } of all) if (merge(name, seen)) unwritten.add(name);
      await flush();
    },
    async forget(services) {
      for (const service of services) {
        known.delete(service);
        counts.delete(service);
        unwritten.delete(service);
      }
      await store.services.forget(host, services);
    },
    flush,
  };
}

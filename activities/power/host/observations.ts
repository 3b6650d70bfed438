import type { Logger } from 'pino';
import type { NewEvent } from '../../../contracts/event.ts';
import type { ServiceObservation } from '../../../contracts/service.ts';
import type { Store } from '../../../store/index.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import type { Clock } from '../../../platform/clock.ts';

/** What is newly seen of one service. */
export type Seen = Partial<ServiceObservation> & { name: string };

/** What was last seen of each service, in memory first and in the store as soon as it takes it. */
export interface Observations {
  load(): Promise<void>;
  get(service: string): ServiceObservation;
  all(): ServiceObservation[];
  /** Moves with every change: what was looked up before it moved is out of date. */
  changes(service: string): number;
  /** Merges what is newly seen; writes it, with its events, when something changed. */
  see(service: string, seen: Partial<ServiceObservation>, events?: NewEvent[]): Promise<void>;
  /** The same for several services at once: all of it is written in one transaction, or none. */
  seeAll(seen: readonly Seen[]): Promise<void>;
  forget(services: string[]): Promise<void>;
  /** Writes what the store did not take before. */
  flush(): Promise<void>;
}

const patienceMs = 250;
/** So many events wait in memory while the store is away; the oldest beyond that are lost, which the log says. */
const mostLateEvents = 5000;
/** So many are written in one transaction, so that catching up holds no other writer up for long. */
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
  /** How many were lost since the store last took something. */
  let lost = 0;

  const get = (service: string): ServiceObservation => known.get(service) ?? unseen(host, service);
  /** @returns whether that is anything new */
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
      if (lost > 0) log.error({ lost }, 'events of the time without the store were lost');
      lost = 0;
      return true;
    } catch (error) {
      // power goes on without the store; what it did is told as soon as the store is back
      names.forEach((name) => unwritten.add(name));
      lateEvents = [...events, ...lateEvents];
      keepNewest();
      log.warn({ err: error }, 'observations could not be written yet');
      return false;
    }
  };
  const keepNewest = (): void => {
    const over = lateEvents.length - mostLateEvents;
    if (over <= 0) return;
    if (lost === 0)
      log.error('the store is away for long: the oldest events are lost from here on');
    lost += over;
    lateEvents = lateEvents.slice(over);
  };
  const writeAll = async (): Promise<void> => {
    while (unwritten.size > 0 || lateEvents.length > 0) if (!(await write())) return;
  };
  let writing: Promise<void> | null = null;
  /** A store that takes its time makes no service late: it is waited for a moment only. */
  const flush = async (): Promise<void> => {
    writing ??= writeAll().finally(() => (writing = null));
    await Promise.race([writing, pause(patienceMs)]);
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
      // nothing is awaited in between, so that one write takes them all
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

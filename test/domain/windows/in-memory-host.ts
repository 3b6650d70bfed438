import { createClock, type Clock } from '../../../platform/clock.ts';
import type { NewEvent } from '../../../contracts/event.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { isLive } from '../../../domain/windows/lease.ts';
import { writeReceipt } from '../../../domain/windows/receipt.ts';
import { reconcileStep } from '../../../domain/services/settle.ts';
import { startOrder } from '../../../domain/services/start-order.ts';
import * as window from '../../../domain/windows/window.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aService, aWindow, byName, iso, noon, seen } from '../samples.ts';

/** The stack of the property test: a chain, a fork and a single service. */
export const stack = byName([
  aService('db'),
  aService('api', { needs: ['db'] }),
  aService('web', { needs: ['api'] }),
  aService('batch', { needs: ['db'] }),
  aService('solo'),
]);
export const services = [...stack.keys()];
const host = 'host-a';

/** The machine's clocks, controlled by the test, in ms. */
export interface Time {
  wall: number;
  tick: number;
  /** The newest instant in the event log. */
  noted: number;
}

/** A simulated crash of the process. */
export class Crash extends Error {}

/**
 * An in-memory host: combines domain and store like the power worker, but its containers are only names in a set. It
 * uses the same decisions as the worker, without its waits and calls.
 */
export interface InMemoryHost {
  store: Store;
  up: ReadonlySet<string>;
  now(): number;
  /** The windows whose expired leases were observed since the process started. */
  lapsed: ReadonlySet<string>;
  request(view: WindowView): Promise<{ window: WindowView; created: boolean }>;
  /** @param steps the number of steps before the process crashes */
  open(view: WindowView, steps?: number): Promise<WindowView>;
  renew(view: WindowView, ttlMs: number): Promise<boolean>;
  extend(view: WindowView, byMs: number): Promise<boolean>;
  release(view: WindowView, service: string): Promise<void>;
  close(view: WindowView, by: 'caller' | 'deadline', steps?: number): Promise<void>;
  settle(): Promise<void>;
  end(): Promise<void>;
}

export async function startHost(url: string, time: Time, up: Set<string>): Promise<InMemoryHost> {
  const store = await openStore(url);
  const newest = await store.events.newest();
  const [last] = await store.events.after(newest - 1, 1);
  const clock: Clock = createClock(
    last === undefined ? 0 : Date.parse(last.at),
    () => time.wall,
    () => time.tick,
  );
  const lapsed = new Set<string>();

  const event = (type: NewEvent['type'], id?: string): NewEvent => {
    const at = clock();
    time.noted = Math.max(time.noted, at);
    return { type, at, actor: 'host', host, ...(id === undefined ? {} : { window_id: id }) };
  };
  const leaseAll = (view: WindowView, names: string[], deadline: number | null, open: boolean) =>
    store.leases.reserve(
      view.window_id,
      names.map((service) => ({
        window_id: view.window_id,
        host,
        service,
        deadline,
        is_open: open,
      })),
      clock(),
    );
  /** Returns a function that throws Crash after this many calls. */
  const fuse =
    (steps = Infinity) =>
    (): void => {
      if ((steps -= 1) < 0) throw new Crash();
    };
  const move = async ({ view }: window.DeadlineMove): Promise<boolean> => {
    const deadline = Date.parse(view.expires_at!);
    if (!(await store.leases.renew(view.window_id, deadline, clock()))) return false;
    await store.windows.save(view, [event('window.extended', view.window_id)]);
    return true;
  };

  return {
    store,
    up,
    lapsed,
    now: clock,
    request: (view) => store.windows.request(view, []),
    async open(view, steps) {
      const step = fuse(steps);
      const known = await store.windows.find(view.window_id);
      if (known !== null && (window.isOpen(known) || window.hasEnded(known))) return known;
      const members = startOrder(view.services, stack);
      const opening = window.opening(view, members);
      step();
      const provisional = view.ttl_ms === null ? null : clock() + 30_000 + view.ttl_ms;
      await leaseAll(view, members, provisional, false);
      step();
      await store.windows.save(opening, [event('window.opening', view.window_id)]);
      step();
      members.forEach((name) => up.add(name));
      const open = window.opened(opening, clock(), { started: members, failed: [] });
      await leaseAll(
        view,
        members,
        open.expires_at === null ? null : Date.parse(open.expires_at),
        true,
      );
      step();
      await store.windows.save(open, [event('window.open', view.window_id)]);
      step();
      return open;
    },
    renew: (view, ttlMs) => move(window.renewed(view, ttlMs, clock())),
    extend: (view, byMs) => move(window.extended(view, byMs)),
    async release(view, service) {
      await store.leases.release(view.window_id, [service]);
      await store.windows.save(window.without(view, service), [event('service.stopped')]);
    },
    async close(view, closed_by, steps) {
      const step = fuse(steps);
      const known = await store.windows.find(view.window_id);
      if (known !== null && window.hasEnded(known)) return;
      await store.windows.save(window.closing(view), [event('window.closing', view.window_id)]);
      step();
      await store.leases.release(view.window_id);
      step();
      const facts = view.members.map((service) => ({
        service,
        seen: seen({ name: service, state: 'exited' }),
        result: 'stopped' as const,
        kept_for: [],
        containers: [],
      }));
      const receipt = writeReceipt(view, { closed_by, reason: null }, facts, clock());
      await store.windows.save(window.closed(view, receipt), [event('window.closed')]);
      step();
    },
    async settle() {
      const leases = await store.leases.ofHost(host);
      const now = clock();
      const stopped: NewEvent[] = [];
      for (const lease of leases) if (!isLive(lease, now)) lapsed.add(lease.window_id);
      for (const name of services) {
        const own = leases.filter(({ service }) => service === name);
        const live = own.filter((lease) => isLive(lease, now));
        const step = reconcileStep({
          state: up.has(name) ? 'running' : 'exited',
          leased: live.length > 0,
          lapsed: own.length > 0 && live.length === 0,
          tier: 'window',
          stray: 'stop',
          tolerated: false,
        });
        if (step === 'start' && live.some(({ is_open }) => is_open)) up.add(name);
        if (step === 'stop' && up.delete(name)) stopped.push(event('service.stopped'));
      }
      await store.events.append(stopped);
    },
    end: () => store.close(),
  };
}

let ids = 0;
/** A request for a window on `target`, as the gateway writes it. */
export const requestFor = (
  kind: WindowView['kind'],
  target: string,
  ttlMs: number | null,
  maxTtlMs: number,
): WindowView =>
  aWindow({
    window_id: `window-${(ids += 1).toString(16).padStart(16, '0')}`,
    kind,
    target: kind === 'target' ? target : null,
    services: [target],
    mode: ttlMs === null ? 'hold' : 'ttl',
    ttl_ms: ttlMs === null ? null : Math.min(ttlMs, maxTtlMs),
    max_ttl_ms: maxTtlMs,
    requested_at: iso(noon),
  });

import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { PowerActivities } from '../../activities/power/power-activities.ts';
import type { ServiceFailure, WindowView } from '../../contracts/window.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { writeReceipt } from '../../domain/windows/receipt.ts';
import * as window from '../../domain/windows/window.ts';
import { seen } from '../domain/samples.ts';
import { breakable, type Calls } from './workers.ts';

export type Call = keyof PowerActivities;

/** A host in memory: what runs, which windows hold it, and what they stored. */
export interface FakeHost extends Calls<Call> {
  activities: PowerActivities;
  running: Set<string>;
  /** Deadlines by window, then by service. */
  leases: Map<string, Map<string, number | null>>;
  /** Windows as they were last saved: the store. */
  saved: Map<string, WindowView>;
  /** How often each service was started. */
  starts: Map<string, number>;
  /** How many services fit. */
  room: number;
  failing: Set<Call>;
  /** Services that fail to start. */
  broken: Set<string>;
  /** Calls that wait for a promise before they act. */
  gates: Map<Call, Promise<void>>;
  /** How far its clock is ahead of Temporal's, in ms. */
  aheadMs: number;
  /** Whether an opening ignores that its window is closed meanwhile. */
  ignoresClose: boolean;
}

export function createFakeHost(): FakeHost {
  const openings = new Map<string, AbortController>();
  const ended = (): ApplicationFailure =>
    ApplicationFailure.nonRetryable('closed while it opened', 'window_ended');

  const now = (): number => Date.now() + host.aheadMs;
  const held = (service: string): boolean =>
    [...host.leases.values()].some((lease) => {
      const deadline = lease.get(service);
      return deadline !== undefined && isLive({ deadline }, now());
    });
  const start = (service: string): void => {
    host.running.add(service);
    host.starts.set(service, (host.starts.get(service) ?? 0) + 1);
  };
  const settle = (services: string[]): void => {
    for (const name of services) if (!held(name)) host.running.delete(name);
  };
  const save = (view: WindowView): WindowView => {
    const known = host.saved.get(view.window_id);
    if (known !== undefined && window.hasEnded(known)) return known;
    host.saved.set(view.window_id, view);
    return view;
  };
  const current = (view: WindowView): WindowView => host.saved.get(view.window_id) ?? view;
  const leaseOf = (view: WindowView, deadline: number | null): void =>
    void host.leases.set(view.window_id, new Map(view.services.map((name) => [name, deadline])));
  const deadlineOf = (view: WindowView): number | null =>
    view.expires_at === null ? null : Date.parse(view.expires_at);

  /** One activity, which sends heartbeats while it runs. */
  const activity =
    <I, O>(work: (input: I) => Promise<O>) =>
    async (input: I): Promise<O> => {
      const beat = setInterval(() => Context.current().heartbeat(), 500);
      try {
        return await work(input);
      } finally {
        clearInterval(beat);
      }
    };
  /** Waits for the test's gate, or until the window is closed. */
  const gate = async (name: Call, view: WindowView, ready = () => true): Promise<void> => {
    const controller = new AbortController();
    openings.set(view.window_id, controller);
    if (host.ignoresClose) return host.gates.get(name);
    const cut = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(ended()));
    });
    cut.catch(() => undefined);
    do await Promise.race([host.gates.get(name) ?? sleep(10), cut]);
    while (!ready());
  };
  const cutShort = (view: WindowView): void => openings.get(view.window_id)?.abort();

  const host: FakeHost = {
    calls: [],
    running: new Set(),
    leases: new Map(),
    saved: new Map(),
    starts: new Map(),
    room: Infinity,
    fault: null,
    failing: new Set(),
    broken: new Set(),
    gates: new Map(),
    aheadMs: 0,
    ignoresClose: false,
    activities: breakable<PowerActivities>(
      {
        openServices: activity(async ({ view }) => {
          const known = host.saved.get(view.window_id);
          if (known !== undefined && (window.isOpen(known) || window.hasEnded(known))) {
            return { view: known, no_room: null };
          }
          const more = view.services.filter((name) => !host.running.has(name));
          if (host.running.size + more.length > host.room) {
            return { view, no_room: `${more.length} more services do not fit` };
          }
          const opening = save(window.opening(view, view.services));
          leaseOf(view, view.ttl_ms === null ? null : now() + 30_000 + view.ttl_ms);
          const up = view.services.filter((name) => !host.broken.has(name));
          for (const name of up.filter((each) => !host.running.has(each))) start(name);
          await gate('openServices', view);
          const failed = view.services
            .filter((name) => host.broken.has(name))
            .map((service): ServiceFailure => ({ service, error: 'unhealthy', detail: 'never' }));
          if (up.length === 0) {
            host.leases.delete(view.window_id);
            return { view: save(window.failed(opening, now(), failed)), no_room: null };
          }
          if (window.hasEnded(current(view))) return { view: opening, no_room: null };
          const open = window.opened(opening, now(), { started: up, failed });
          leaseOf({ ...open, services: up }, deadlineOf(open));
          return { view: save(open), no_room: null };
        }),
        awaitRoom: activity(async ({ view, because }) => {
          const waiting = save(window.queued(view, because));
          await gate(
            'awaitRoom',
            view,
            () => host.running.size + view.services.length <= host.room,
          );
          return waiting;
        }),
        moveDeadline: activity(async ({ view }) => {
          await host.gates.get('moveDeadline');
          const lease = host.leases.get(view.window_id) ?? new Map<string, number | null>();
          const live = [...lease].filter(([, deadline]) => isLive({ deadline }, now()));
          if (live.length === 0) return false;
          for (const [name] of live) lease.set(name, deadlineOf(view));
          save(view);
          return true;
        }),
        releaseFromWindow: activity(async ({ view, service }) => {
          host.leases.get(view.window_id)?.delete(service);
          settle([service]);
          return save(window.without(view, service));
        }),
        closeServices: activity(async ({ view, closed_by, reason }) => {
          cutShort(view);
          await Promise.race([host.gates.get('closeServices'), Context.current().cancelled]);
          const known = current(view);
          if (window.hasEnded(known)) return known;
          host.leases.delete(view.window_id);
          const members = [...new Set([...view.members, ...known.members])];
          settle(members);
          const facts = members.map((service) => ({
            service,
            seen: seen({
              name: service,
              state: host.running.has(service) ? 'running' : 'exited',
              stop: { at: now(), by: 'window', forced: false, stop_ms: 1, exit_code: 0 },
            }),
            result: host.running.has(service) ? ('kept' as const) : ('stopped' as const),
            kept_for: [],
            containers: [],
          }));
          const receipt = writeReceipt(view, { closed_by, reason }, facts, now());
          return save(window.closed(view, receipt));
        }),
        failServices: activity(async ({ view, error, detail }) => {
          cutShort(view);
          const known = current(view);
          if (window.hasEnded(known)) return known;
          host.leases.delete(view.window_id);
          settle([...new Set([...view.services, ...known.members])]);
          const failures = view.services.map((service) => ({ service, error, detail }));
          return save(window.failed(view, now(), failures));
        }),
        endStrays: activity(async () => {
          const strays = [...host.running].filter((name) => !held(name)).sort();
          settle(strays);
          return strays;
        }),
        lookBeforeRestart: activity(async ({ service }) => {
          if (!held(service)) {
            throw ApplicationFailure.nonRetryable(`no window holds ${service}`, 'window_not_open');
          }
          const container = { id: service, up: true, started_at: host.starts.get(service) ?? 0 };
          return { containers: [container], limit_ms: 730_000 };
        }),
        restartService: activity(async ({ service, containers }) => {
          const starts = host.starts.get(service) ?? 0;
          const due = containers?.some(({ started_at }) => started_at === starts) ?? true;
          if (due) host.running.delete(service);
          await Promise.race([host.gates.get('restartService'), Context.current().cancelled]);
          if (due) start(service);
        }),
        startAgain: activity(async ({ service }) => {
          if (held(service) && !host.running.has(service)) start(service);
        }),
      },
      () => host,
    ),
  };
  return host;
}

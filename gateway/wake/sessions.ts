import type { WindowView } from '../../contracts/window.ts';
import { isIgnoredAgent } from '../../domain/wake/agents.ts';
import { instanceOf, refusal, refusedBy, type Instance } from '../../domain/wake/instance.ts';
import { renewalOf, wakeTtl } from '../../domain/wake/renewal.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { onHost } from '../../domain/windows/service-status.ts';
import type { GatewayContext } from '../context.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import type { WakeRequest } from './request.ts';
import { resolveTargets, type Target } from './targets.ts';
import { refusalMs, type Waker } from './waker.ts';

/** One service of a request. */
export interface SessionEntry {
  target: Target;
  /** Its live target window. */
  window: WindowView | null;
  instance: Instance;
}

/** What a request finds. */
export interface Session {
  snapshot: Snapshot;
  entries: SessionEntry[];
  ready: boolean;
  /** Waiting longer changes nothing: all are ready, or one is refused or stays asleep. */
  settled: boolean;
}

/** Looks at the services of a request, and wakes or renews them. Throws `WakeFault`, `store_unavailable`. */
export type AskSession = (request: WakeRequest, agent?: string) => MaybePromise<Session>;

/** A window that is still only requested after this time is asked for again: the gateway that wrote it may have died. */
const requestedMs = 3000;

type Context = Pick<GatewayContext, 'model' | 'clock'>;

/** Requests of warm services are answered from the read model alone; windows are opened and renewed in the background. */
export function createAskSession({ model, clock }: Context, waker: Waker): AskSession {
  const entryOf = (snapshot: Snapshot, target: Target, now: number): SessionEntry => {
    const { host, service } = target;
    const key = onHost(host, service.name);
    const window =
      snapshot.windows.find((view) => view.target === service.name && view.host === host) ?? null;
    const leases = (snapshot.leases.get(key) ?? []).filter((lease) => isLive(lease, now));
    const seen = snapshot.observations.get(key) ?? null;
    return { target, window, instance: instanceOf({ service, window, leases, seen }, now) };
  };
  const wake = (entry: SessionEntry, request: WakeRequest, now: number): Instance => {
    const { target, window, instance } = entry;
    const ttlMs = wakeTtl(request.ttlMs, target.wake);
    if (window === null) {
      const opened = waker.open(target, ttlMs, request.name);
      // another window holds it up
      return instance.state === 'ready' ? instance : opened;
    }
    if (instance.state === 'ready') {
      const byMs = renewalOf(window, target.wake, ttlMs, now);
      const againMs = Math.min(target.wake.renew_ms, ttlMs / 2);
      if (byMs !== null) waker.renew(window, byMs, againMs);
    }
    if (window.state !== 'requested') return instance;
    const isOld = Date.parse(window.requested_at) + requestedMs < now;
    if (isOld) waker.open(target, ttlMs, request.name);
    return waker.refusalOf(target) ?? instance;
  };
  /** A window that has just failed is not opened again at once. */
  const lastFailure = (snapshot: Snapshot, target: Target, now: number) =>
    mapMaybe(model.newestFor(target.service.name, snapshot), (last): Instance | null => {
      const { host, service } = target;
      if (last?.state !== 'failed' || last.host !== host || last.closed_at === null) return null;
      if (Date.parse(last.closed_at) + refusalMs <= now) return null;
      const { services_failed: failures } = last;
      const failure = failures.find((one) => one.service === service.name) ?? failures[0];
      if (failure !== undefined) return refusedBy(failure, null);
      const known = waker.refusalOf(target);
      return known ?? refusal('service_not_ready', 'Its last window could not be opened.');
    });
  const answerOf = (
    snapshot: Snapshot,
    entry: SessionEntry,
    request: WakeRequest,
    agent: string | undefined,
    now: number,
  ): MaybePromise<SessionEntry> => {
    const { target, instance } = entry;
    if (instance.state === 'refused' || isIgnoredAgent(agent, target.wake.ignore_agents))
      return entry;
    if (instance.state !== 'asleep') return { ...entry, instance: wake(entry, request, now) };
    return mapMaybe(lastFailure(snapshot, target, now), (failed) => ({
      ...entry,
      instance: failed ?? wake(entry, request, now),
    }));
  };
  return (request, agent) =>
    mapMaybe(model.snapshot(), (snapshot) => {
      const now = clock();
      const answers = resolveTargets(snapshot, request.wanted).map((target) =>
        answerOf(snapshot, entryOf(snapshot, target, now), request, agent, now),
      );
      return mapMaybe(allOf(answers), (entries) => sessionOf(snapshot, entries));
    });
}

function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  const known: T[] = [];
  for (const value of values) {
    if (value instanceof Promise) return Promise.all(values);
    known.push(value);
  }
  return known;
}

function sessionOf(snapshot: Snapshot, entries: SessionEntry[]): Session {
  const ready = entries.every(({ instance }) => instance.state === 'ready');
  const stuck = entries.some(({ instance }) => ['refused', 'asleep'].includes(instance.state));
  return { snapshot, entries, ready, settled: ready || stuck };
}

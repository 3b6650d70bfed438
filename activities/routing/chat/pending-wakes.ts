import type { WakeReport, WakeRequest } from '../../../contracts/routing-call.ts';
import type { ChatDeps } from './deps.ts';
import type { Session } from './session.ts';

/** Requests that wait until the gateway has woken a service. */
export interface PendingWakes {
  /**
   * The wake that `target` needs before it can be tried; null if it is awake. `never`: it was tried to wake for this request,
   * and did not.
   */
  needed(session: Session, target: string, deps: ChatDeps): WakeRequest | 'never' | null;
  /** The request that a wake belongs to, which goes on; null if it is not known here, and is decided again. */
  take(report: WakeReport | null, ownerId: string, deps: ChatDeps): Session | null;
}

const most = 1000;

/** Bounded; the oldest leave first, and are decided again when they come back. */
export function createPendingWakes(): PendingWakes {
  const waiting = new Map<string, Session>();
  return {
    needed(session, target, deps) {
      const catalog = deps.catalog.current();
      const provider = catalog.models.get(target)?.provider;
      const service = catalog.providers.find(({ id }) => id === provider)?.service ?? null;
      const fact = service === null ? null : deps.facts.services.of(service);
      if (service === null || fact === null) return null;
      if (fact.state === 'awake' || fact.state === 'held' || session.woken.has(service))
        return null;
      if (session.asleep.has(service)) return 'never';
      const { p90_seconds } = deps.facts.wakes.time(service, fact.host);
      const { deadline_ms } = session.request;
      const left = deadline_ms === null ? Infinity : (deadline_ms - deps.clock()) / 1000;
      waiting.set(session.id, session);
      if (waiting.size > most) waiting.delete(waiting.keys().next().value!);
      return {
        decision_id: session.id,
        target,
        service,
        host: fact.host,
        window_seconds: Math.min(120, fact.max_ttl_ms / 1000),
        within_seconds: Math.min(left, Math.max(60, 3 * p90_seconds)),
      };
    },
    take(report, ownerId, deps) {
      if (report === null) return null;
      const { decision_id, service, host, ok, seconds } = report;
      deps.facts.wakes.learn(service, host, ok ? seconds : null, deps.clock());
      const session = waiting.get(decision_id) ?? null;
      waiting.delete(decision_id);
      if (session === null || session.request.call.owner_id !== ownerId) return null;
      (ok ? session.woken : session.asleep).add(service);
      return session;
    },
  };
}

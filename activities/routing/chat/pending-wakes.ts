import type { WakeReport, WakeRequest } from '../../../contracts/routing-call.ts';
import { shortestWindow } from '../state/targets.ts';
import type { ChatDeps } from './deps.ts';
import type { Session } from './session.ts';

/** Requests that wait until the gateway has woken a service. */
export interface PendingWakes {
  /**
   * The wake that `target` needs before it can be tried, or the longer window; null if it is awake for long enough. `never`: it was tried to wake for this request,
   * and did not.
   */
  needed(session: Session, target: string, deps: ChatDeps): WakeRequest | 'never' | null;
  /** The request that a wake belongs to, which goes on; null if it is not known here, and is decided again. */
  take(report: WakeReport | null, ownerId: string, deps: ChatDeps): Session | null;
}

const most = 1000;

/** Bounded; the oldest leave first, and are decided again when they come back. */
export function createPendingWakes(): PendingWakes {
  const waiting = new Map<string, { session: Session; wakes: boolean }>();
  return {
    needed(session, target, deps) {
      const catalog = deps.catalog.current();
      const provider = catalog.models.get(target)?.provider;
      const service = catalog.providers.find(({ id }) => id === provider)?.service ?? null;
      const fact = service === null ? null : deps.facts.services.of(service);
      if (service === null || fact === null) return null;
      if (session.woken.has(service)) return null;
      const { answer_p90, id } = session.record.candidates;
      const answerSeconds = answer_p90[id.indexOf(target)] ?? 0;
      const wakes = fact.state === 'asleep' || fact.state === 'waking';
      const lasts = fact.until_ms === null || fact.until_ms > deps.clock() + answerSeconds * 1000;
      if (!wakes && (lasts || !session.request.call.may_open)) return null;
      if (session.asleep.has(service)) return 'never';
      const { p90_seconds } = deps.facts.wakes.time(service, fact.host);
      const { deadline_ms } = session.request;
      const left = deadline_ms === null ? Infinity : (deadline_ms - deps.clock()) / 1000;
      waiting.set(session.id, { session, wakes });
      if (waiting.size > most) waiting.delete(waiting.keys().next().value!);
      return {
        decision_id: session.id,
        target,
        service,
        host: fact.host,
        window_seconds: Math.min(Math.max(shortestWindow, answerSeconds), fact.max_ttl_ms / 1000),
        within_seconds: Math.min(left, Math.max(60, 3 * p90_seconds)),
      };
    },
    take(report, ownerId, deps) {
      if (report === null) return null;
      const { decision_id, service, host, ok, seconds } = report;
      const { session = null, wakes = true } = waiting.get(decision_id) ?? {};
      waiting.delete(decision_id);
      // a window that was only made longer says nothing about waking
      if (wakes) deps.facts.wakes.learn(service, host, ok ? seconds : null, deps.clock());
      if (session === null || session.request.call.owner_id !== ownerId) return null;
      (ok ? session.woken : session.asleep).add(service);
      return session;
    },
  };
}

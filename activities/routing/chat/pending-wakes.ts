import type { WakeReport, WakeRequest } from '../../../contracts/routing-call.ts';
import { windowSeconds } from '../../../domain/routing/window-seconds.ts';
import { shortestWindow } from '../state/targets.ts';
import type { ChatDeps } from './deps.ts';
import type { Session } from './session.ts';

/** Requests that wait until the gateway has woken a service. */
export interface PendingWakes {
  /**
   * The wake that `target` needs before it can be tried, or the longer window, which lasts for all that wait for it; null if
   * it is awake for long enough. `never`: it was tried to wake for this request, and did not.
   */
  needed(
    session: Session,
    target: string,
    deps: ChatDeps,
  ): WakeRequest | { never: WakeReport } | null;
  /** The request waits no more: another target answers it. */
  drop(decisionId: string): void;
  /** The request that a wake belongs to, which goes on; null if it is not known here, and is decided again. */
  take(report: WakeReport | null, ownerId: string, deps: ChatDeps): Session | null;
}

const most = 1000;
/** For the way back from the gateway. */
const graceSeconds = 10;

interface Waiting {
  session: Session;
  service: string;
  wakes: boolean;
  /** Epoch ms; after it nobody comes back for it. */
  until_ms: number;
}

/** Bounded; the oldest leave first, and are decided again when they come back. */
export function createPendingWakes(): PendingWakes {
  const waiting = new Map<string, Waiting>();
  return {
    needed(session, target, deps) {
      const catalog = deps.catalog.current();
      const model = catalog.models.get(target);
      const provider = catalog.providers.find(({ id }) => id === model?.provider);
      const service = provider?.service ?? null;
      const fact = service === null ? null : deps.facts.services.of(service);
      if (provider === undefined || service === null || fact === null) return null;
      if (session.woken.has(service)) return null;
      const { answer_p90, to_wake, id } = session.record.candidates;
      const row = id.indexOf(target);
      const answerSeconds = answer_p90[row] ?? 0;
      const wakes = fact.state === 'asleep' || fact.state === 'waking';
      const lasts = fact.until_ms === null || fact.until_ms > deps.clock() + answerSeconds * 1000;
      if (!wakes && (lasts || !session.request.call.may_open)) return null;
      const never = session.asleep.get(service);
      if (never !== undefined) return { never };
      const bytes = deps.uses.bytes(model!, provider, fact.host);
      const { p50_seconds, p90_seconds } = deps.facts.wakes.time(service, fact.host, bytes);
      const { deadline_ms } = session.request;
      const now = deps.clock();
      const left = deadline_ms === null ? Infinity : (deadline_ms - now) / 1000;
      const within_seconds = Math.min(left, Math.max(60, 3 * p90_seconds));
      const others = [...waiting.values()].filter(
        (one) => one.service === service && one.until_ms > now,
      );
      const until_ms = now + (within_seconds + graceSeconds) * 1000;
      waiting.set(session.id, { session, service, wakes, until_ms });
      if (waiting.size > most) waiting.delete(waiting.keys().next().value!);
      return {
        decision_id: session.id,
        target,
        service,
        host: fact.host,
        window_seconds: windowSeconds(
          {
            window_seconds: shortestWindow,
            longest_window_seconds: fact.max_ttl_ms / 1000,
            ahead: others.length + deps.facts.places.ahead(provider.id),
          },
          answerSeconds,
          provider.limits.concurrency ?? null,
        ),
        // what the decision counted with, if its service slept then
        ...(wakes && { about_seconds: to_wake[row] || p50_seconds }),
        within_seconds,
      };
    },
    drop: (decisionId) => void waiting.delete(decisionId),
    take(report, ownerId, deps) {
      if (report === null) return null;
      const { decision_id, service, host, ok, full = false, seconds } = report;
      const { session = null, wakes = true } = waiting.get(decision_id) ?? {};
      waiting.delete(decision_id);
      // a window that was only made longer, or that found no room, says nothing about waking
      if (wakes && !full) deps.facts.wakes.learn(service, host, ok ? seconds : null, deps.clock());
      if (session === null || session.request.call.owner_id !== ownerId) return null;
      if (ok) session.woken.add(service);
      else session.asleep.set(service, report);
      return session;
    },
  };
}

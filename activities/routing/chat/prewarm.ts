import type { WakeRequest } from '../../../contracts/routing-call.ts';
import type { ChatDeps } from './deps.ts';
import { eligibleNow, type Session } from './session.ts';

/** A wake in advance pays if so many requests are expected in its window. */
const leastFollowers = 3;

/**
 * Whether another target answers this request while the chosen one wakes for those that follow: its provider wants that, its
 * service is asked often enough, and something that is awake can take the request.
 */
export function mayPrewarm(
  session: Session,
  { service, window_seconds, target }: WakeRequest,
  deps: ChatDeps,
): boolean {
  const { request, record, failed } = session;
  const { providers, models } = deps.catalog.current();
  const providerOf = (id: string) => providers.find((one) => one.id === models.get(id)?.provider);
  if (providerOf(target)?.prewarm !== true || failed.length > 0) return false;
  if (request.features.named !== null || !request.features.fallback) return false;
  const expected = (deps.facts.wakes.rate(service, deps.clock()) * window_seconds) / 60;
  if (expected < leastFollowers) return false;
  const able = eligibleNow(session, deps);
  return record.fallbacks.some((row) => {
    const id = record.candidates.id[row]!;
    const own = providerOf(id)?.service ?? null;
    const state = own === null ? 'awake' : (deps.facts.services.of(own)?.state ?? 'awake');
    return (able.get(id)?.keys.length ?? 0) > 0 && (state === 'awake' || state === 'held');
  });
}

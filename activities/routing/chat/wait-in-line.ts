import { isOnlyBusy } from '../../../domain/routing/no-target.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';
import type { Session } from './session.ts';

const reasons = {
  owner: ['rate_limit_exceeded', 'So many requests of this token wait already.'],
  line: ['unavailable', 'So many requests wait already that this one cannot.'],
  late: ['rate_limit_exceeded', 'Every target stayed busy for too long.'],
} as const;

/**
 * Waits until it is the turn of a request for which every target is busy; it decides again then. Returns at once if the caller is
 * gone or its deadline passed. Throws `RoutingError` with a wait if there is no place in the line.
 */
export async function waitInLine(
  session: Session,
  signal: AbortSignal,
  { facts: { places } }: ChatDeps,
): Promise<void> {
  const { request, record, at_ms, id } = session;
  const busy = record.excluded.filter(isOnlyBusy).map((one) => one.id.split('/', 1)[0]!);
  const waiter = {
    owner: request.call.owner_id,
    priority: request.priority,
    since_ms: at_ms,
    providers: new Set(busy),
  };
  const turn = await places.wait(waiter, signal);
  if (typeof turn === 'object') return turn.take();
  if (turn === 'gone') return;
  const [code, message] = reasons[turn];
  throw new RoutingError(code, message, { decision_id: id, retryAfter: places.retryAfter() });
}

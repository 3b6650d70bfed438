import type { WaitRequest } from '../../../contracts/routing-call.ts';
import type { Session } from './session.ts';

/** Requests whose callers learn that they wait. */
export interface PendingWaits {
  /** What the gateway should tell before a request waits; null if it cannot, or has. */
  needed(session: Session): WaitRequest | null;
  /** The request that goes on to wait; null if it is not known here, and is decided again. */
  take(decisionId: string | undefined, ownerId: string): Session | null;
}

const most = 1000;

/** Bounded; the oldest leave first, and are decided again when they come back. */
export function createPendingWaits(): PendingWaits {
  const waiting = new Map<string, Session>();
  return {
    needed(session) {
      const { call, stream } = session.request;
      if (session.announced || !stream || call.announces !== true) return null;
      waiting.set(session.id, session);
      if (waiting.size > most) waiting.delete(waiting.keys().next().value!);
      return { decision_id: session.id };
    },
    take(decisionId, ownerId) {
      const session = waiting.get(decisionId ?? '') ?? null;
      if (session === null || session.request.call.owner_id !== ownerId) return null;
      waiting.delete(session.id);
      session.announced = true;
      return session;
    },
  };
}

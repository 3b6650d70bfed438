import type { NewEvent } from '../../contracts/event.ts';

/** An intent that is about to be routed; `at` is epoch ms. */
interface Routable {
  intent_id: string;
  at: number;
  source: string;
  domain: string;
  intent_type: string;
  actor: string;
  correlation_id: string;
}

/** The event of an intent that found its lane, or none. */
export const routedEvent =
  ({ intent_id, at, source, domain, intent_type, actor, correlation_id }: Routable) =>
  (lane: { lane_id: string } | null): NewEvent => ({
    type: lane === null ? 'rails.missed' : 'rails.routed',
    at,
    actor,
    correlation_id,
    payload: { intent_id, source, domain, intent_type, lane_id: lane?.lane_id ?? null },
  });

import type { NewEvent } from '../../contracts/event.ts';
import type { NewIntent } from '../../contracts/intent.ts';

/** The event for an intent that is appended to the log. */
export const intentReceived = ({
  intent_id,
  at,
  actor,
  correlation_id,
  source,
}: NewIntent): NewEvent => ({
  type: 'intent.received',
  at,
  actor,
  correlation_id,
  payload: { intent_id, source },
});

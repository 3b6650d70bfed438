import type { NewEvent } from '../../contracts/event.ts';
import type { ModelView } from '../../contracts/models.ts';

/** An event about one model. @param about `at` in epoch ms; what else is given goes into the payload */
export const modelEvent = (
  type: NewEvent['type'],
  { model_id, host, name, size_bytes, reason }: ModelView,
  { actor, at, ...more }: { actor: string; at: number } & Record<string, unknown>,
): NewEvent => ({
  type,
  at,
  actor,
  actor_id: null,
  host,
  service: 'hermes',
  correlation_id: model_id,
  payload: { model_id, name, size_bytes, ...(reason !== null && { reason }), ...more },
});

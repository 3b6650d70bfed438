import type { NewEvent } from '../../contracts/event.ts';
import type { WindowView } from '../../contracts/window.ts';

/** The event for a requested window; written together with the request. */
export const requestedEvent = (view: WindowView, at: number): NewEvent => ({
  type: 'window.requested',
  at,
  actor: view.owner,
  host: view.host,
  window_id: view.window_id,
  correlation_id: view.correlation_id,
  payload: { services: view.services, ttl_ms: view.ttl_ms, reason: view.reason },
});

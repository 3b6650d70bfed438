import type { NewEvent } from '../../contracts/event.ts';
import type { WindowView } from '../../contracts/window.ts';

/** That somebody asked for a window: written with the request itself. */
export const requestedEvent = (view: WindowView, at: number): NewEvent => ({
  type: 'window.requested',
  at,
  actor: view.owner,
  host: view.host,
  window_id: view.window_id,
  correlation_id: view.correlation_id,
  payload: { services: view.services, ttl_ms: view.ttl_ms, reason: view.reason },
});

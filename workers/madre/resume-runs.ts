import { randomUUID } from 'node:crypto';
import { hostEvent, type PowerHost } from '../../activities/power/host/host.ts';
import type { Adopt } from '../../activities/power/reconcile-service.ts';
import { newId } from '../../contracts/ids.ts';
import { requested } from '../../domain/windows/window.ts';
import type { TemporalConnection } from './temporal-connection.ts';

/** A host without room logs that once a minute, not in every round. */
const againMs = 60_000;

/** Opens a window with the default TTL for a service that was started by hand; retries while Temporal is unavailable. */
export function resumeRuns(power: PowerHost, connection: TemporalConnection): Adopt {
  const requestedAt = new Map<string, number>();
  return async (name) => {
    if (power.clock() - (requestedAt.get(name) ?? -Infinity) < againMs) return;
    const service = power.catalog.known()?.services.find((known) => known.name === name);
    if (service === undefined || connection.windows === null) return;
    const view = requested(
      {
        window_id: newId('window'),
        kind: 'target',
        host: power.host,
        target: name,
        services: [name],
        ttl_ms: service.default_ttl_ms,
        max_ttl_ms: service.max_ttl_ms,
        owner: 'madre',
        reason: 'it was started by hand, and adopted',
        correlation_id: randomUUID(),
      },
      power.clock(),
    );
    const request = hostEvent(power, 'window.requested', 'settle_loop', {
      window_id: view.window_id,
      correlation_id: view.correlation_id,
      payload: { services: view.services, reason: view.reason },
    });
    const { window } = await power.store.windows.request(view, [request]);
    requestedAt.set(name, power.clock());
    await connection.windows.start(window);
  };
}

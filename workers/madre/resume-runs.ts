import { randomUUID } from 'node:crypto';
import { hostEvent, type PowerHost } from '../../activities/power/host/host.ts';
import type { Adopt } from '../../activities/power/reconcile-service.ts';
import { newId } from '../../contracts/ids.ts';
import { requested } from '../../domain/windows/window.ts';
import type { TemporalConnection } from './temporal.ts';

/** A host without room says so once a minute, not once a round. */
const againMs = 60_000;

/** Gives a service that somebody started a window of its default TTL; one that waits for Temporal is tried again. */
export function resumeRuns(power: PowerHost, door: TemporalConnection): Adopt {
  const asked = new Map<string, number>();
  return async (name) => {
    if (power.clock() - (asked.get(name) ?? -Infinity) < againMs) return;
    const service = power.catalog.known()?.services.find((known) => known.name === name);
    if (service === undefined || door.windows === null) return;
    const wish = requested(
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
      window_id: wish.window_id,
      correlation_id: wish.correlation_id,
      payload: { services: wish.services, reason: wish.reason },
    });
    const { window } = await power.store.windows.request(wish, [request]);
    asked.set(name, power.clock());
    await door.windows.start(window);
  };
}

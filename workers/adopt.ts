import { randomUUID } from 'node:crypto';
import { hostEvent, type PowerHost } from '../activities/power/host.ts';
import type { Adopt } from '../activities/power/settle-service.ts';
import { newId } from '../contracts/ids.ts';
import { requested } from '../domain/window.ts';
import type { TemporalDoor } from './temporal-door.ts';

/** Gives a service that somebody started a window of its default TTL; one that waits for Temporal is tried again. */
export const adopting =
  (power: PowerHost, door: TemporalDoor): Adopt =>
  async (name) => {
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
    const asked = hostEvent(power, 'window.requested', 'settle_loop', {
      window_id: wish.window_id,
      correlation_id: wish.correlation_id,
      payload: { services: wish.services, reason: wish.reason },
    });
    const { window } = await power.store.windows.request(wish, [asked]);
    await door.windows.start(window);
  };

import type { PowerHost } from '../activities/power/host/host.ts';
import { version } from '../platform/version.ts';

const beatMs = 2500;

/** Tells the store, and so the gateway, that this process lives and how its host is. */
export interface Heartbeat {
  beat(): Promise<void>;
  stop(): Promise<void>;
}

export function startHeartbeat(
  power: PowerHost,
  process: string,
  engineAway: () => boolean,
  /** What else others should know of this process. */
  more: Record<string, unknown> = {},
): Heartbeat {
  const beat = async (): Promise<void> => {
    const guard = power.guard.state();
    await power.store.presence
      .beat({
        process,
        host: power.host,
        // read by others, who go by the wall clock
        at: Date.now(),
        detail: {
          version,
          engine: engineAway() ? 'down' : 'ok',
          guard: guard.state,
          guard_reason: guard.reason,
          catalog_error: power.catalog.known()?.error ?? null,
          ...power.claim.state(),
          store_fault: await power.store.fault('met'),
          ...more,
        },
      })
      .catch((error: unknown) => power.log.warn({ err: error }, 'no heartbeat could be written'));
  };
  const timer = setInterval(() => void beat(), beatMs);
  return {
    beat,
    async stop() {
      clearInterval(timer);
      await power.store.presence.leave(process, power.host).catch(() => undefined);
    },
  };
}

import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';

const beatMs = 2500;

/** Tells the store, and so the gateway, that this process lives. */
export interface PresenceBeat {
  beat(): Promise<void>;
  stop(): Promise<void>;
}

/** @param detail what others may want to know of it, asked for at each beat */
export function startPresence(
  deps: { store: Store; log: Logger },
  process: string,
  host: string,
  detail: () => Record<string, unknown> | Promise<Record<string, unknown>>,
): PresenceBeat {
  const beat = async (): Promise<void> => {
    try {
      // the time is read by others, who go by the wall clock
      await deps.store.presence.beat({ process, host, at: Date.now(), detail: await detail() });
    } catch (error) {
      deps.log.warn({ err: error }, 'no heartbeat could be written');
    }
  };
  const timer = setInterval(() => void beat(), beatMs);
  return {
    beat,
    async stop() {
      clearInterval(timer);
      await deps.store.presence.leave(process, host).catch(() => undefined);
    },
  };
}

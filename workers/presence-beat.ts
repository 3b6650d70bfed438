import type { Logger } from 'pino';
import { coalesce } from '../platform/concurrency/coalesce.ts';
import { timeout } from '../platform/concurrency/timeout.ts';
import type { Store } from '../store/index.ts';

const beatMs = 2500;
/** A store that takes longer is away, and the next beat tries again. */
const writeMs = 10_000;

/** Tells the store, and so the gateway, that this process lives. */
export interface PresenceBeat {
  /** Beats now, or right after the beat that is under way: beats never overlap. */
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
  let stopped = false;
  const write = async (): Promise<void> => {
    if (stopped) return;
    // the time is read by others, who go by the wall clock
    await deps.store.presence.beat({ process, host, at: Date.now(), detail: await detail() });
  };
  const beat = coalesce(() =>
    timeout(writeMs, 'a heartbeat', write()).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'no heartbeat could be written'),
    ),
  );
  const timer = setInterval(() => void beat(), beatMs);
  return {
    beat,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await deps.store.presence.leave(process, host).catch(() => undefined);
    },
  };
}

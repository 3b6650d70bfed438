import type { Logger } from 'pino';
import { coalesce } from '../platform/concurrency/coalesce.ts';
import { timeout } from '../platform/concurrency/timeout.ts';
import type { Store } from '../store/index.ts';

const beatMs = 2500;
/** Timeout of a write; the next beat tries again. */
const writeMs = 10_000;

/** Writes heartbeats to the store, from which the gateway knows that this process lives. */
export interface PresenceBeat {
  /** Writes a heartbeat now, or right after the one that is under way: they never overlap. */
  beat(): Promise<void>;
  stop(): Promise<void>;
}

/** @param detail returns details of the process to publish, called at each heartbeat */
export function startPresence(
  deps: { store: Store; log: Logger },
  process: string,
  host: string,
  detail: () => Record<string, unknown> | Promise<Record<string, unknown>>,
): PresenceBeat {
  let stopped = false;
  const write = async (): Promise<void> => {
    if (stopped) return;
    // readers in other processes compare it with their wall clock
    await deps.store.presence.beat({ process, host, at: Date.now(), detail: await detail() });
  };
  const beat = coalesce(() =>
    timeout(writeMs, 'a heartbeat', write()).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'could not write a heartbeat'),
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

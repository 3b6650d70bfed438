import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openStore, type Store } from '../store/index.ts';

/** Opens the store, for as long as it takes. Throws when `signal` aborts meanwhile. */
export async function retryingStore(url: string, log: Logger, signal: AbortSignal): Promise<Store> {
  for (;;) {
    try {
      return await openStore(url);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ err: error }, 'the store cannot be opened yet');
      await sleep(1000);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { openStore, type Store } from '../../store/index.ts';

/** Returns the open store. Throws `store_unavailable` while it is not open. */
export type StoreSource = () => Store;

const retryMs = 1000;

/** Opens the store now or as soon as it can be opened; until then reads answer `store_unavailable`. */
export function openWhenPossible(
  url: string,
  logger: FastifyBaseLogger,
): { source: StoreSource; close: () => Promise<void> } {
  let store: Store | null = null;
  let refusal: VX11Error | null = null;
  const stopped = new AbortController();
  const opened = (async () => {
    while (!stopped.signal.aborted) {
      try {
        store = await openStore(url);
        return;
      } catch (error) {
        refusal = error instanceof VX11Error ? error : null;
        logger.warn({ err: error }, 'the store cannot be opened yet');
        await sleep(retryMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
  })();
  return {
    source: () => {
      if (store !== null) return store;
      if (refusal !== null) throw refusal;
      throw new VX11Error('store_unavailable', 'The store is not open yet; try again shortly.', {
        retryAfterSeconds: 2,
      });
    },
    close: async () => {
      stopped.abort();
      await opened;
      await store?.close();
    },
  };
}

import type { Logger } from 'pino';
import { retry } from '../platform/concurrency/retry.ts';
import { NewerStore } from '../store/migrations/index.ts';
import { openStore, type Store } from '../store/index.ts';

/**
 * Opens the store, with retries until it succeeds.
 * @throws if a newer version of VX11 migrated it; if `signal` aborts first
 */
export const retryingStore = (url: string, log: Logger, signal: AbortSignal): Promise<Store> =>
  retry(() => openStore(url), {
    backoff: { firstMs: 500, longestMs: 2000 },
    signal,
    isWorth: (error) => !(error instanceof NewerStore),
    onFailure: (error) => log.error({ err: error }, 'the store cannot be opened yet'),
  });

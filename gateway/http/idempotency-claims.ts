import type { FastifyBaseLogger } from 'fastify';
import { claimMs } from '../../store/system/idempotency.ts';
import type { StoreSource } from '../reads/store-source.ts';

/** Three chances before a claim runs out. */
const renewMs = claimMs / 3;

/**
 * The claims that requests of this process hold: renewed for as long as the process lives, so that those of one that
 * was killed run out within seconds. Most are answered before the first renewal.
 */
export interface IdempotencyClaims {
  hold(id: string): void;
  drop(id: string): void;
}

export function createIdempotencyClaims(
  store: StoreSource,
  clock: () => number,
  logger: FastifyBaseLogger,
): IdempotencyClaims {
  const held = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const renew = async (): Promise<void> => {
    try {
      await store().idempotency.renew([...held], clock());
    } catch (error) {
      // a repeat may take the request over then, which does nothing twice
      logger.warn({ err: error }, 'claims on requests were not renewed');
    }
  };
  return {
    hold(id) {
      held.add(id);
      timer ??= setInterval(() => void renew(), renewMs).unref();
    },
    drop(id) {
      held.delete(id);
      if (held.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

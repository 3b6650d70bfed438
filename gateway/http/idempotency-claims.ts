import type { FastifyBaseLogger } from 'fastify';
import { claimMs } from '../../store/system/idempotency.ts';
import type { StoreSource } from '../reads/store-source.ts';

/** Three renewals fit into the life of a claim. */
const renewMs = claimMs / 3;

/**
 * The idempotency claims that this process holds. It renews them while it runs, so that the claims of a killed process
 * expire within seconds. Most requests are answered before the first renewal.
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
      // then a retry may take the request over, which does nothing twice
      logger.warn({ err: error }, 'idempotency claims were not renewed');
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

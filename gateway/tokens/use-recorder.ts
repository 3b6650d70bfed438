import type { FastifyBaseLogger } from 'fastify';

const everyMs = 60_000;

/** Stores the last use of a token or a session, at most once a minute for each. @param store never awaited by a request */
export function createUseRecorder(what: string, logger: FastifyBaseLogger) {
  const stored = new Map<string, number>();
  return (id: string, now: number, store: () => Promise<void>): void => {
    if ((stored.get(id) ?? 0) + everyMs > now) return;
    stored.set(id, now);
    store().catch((error: unknown) =>
      logger.warn({ err: error }, `the last use of a ${what} was not stored`),
    );
  };
}

import type { Logger } from 'pino';
import type { Store } from '../store/index.ts';

const dayMs = 86_400_000;

/** Removes what is older than so many days from every log and table that grows, and says in the event log what went. */
export async function retain(
  deps: { store: Store; clock: () => number; log: Logger },
  days: number,
): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock();
  const ask = { before: now - days * dayMs, now, actor: 'retention' };
  const removed = await store.retention.forget(ask);
  if (Object.keys(removed).length > 0) log.info({ removed, days }, 'old rows were removed');
  for (const name of store.audit.logs) {
    const { removed: rows, broken } = await store.audit.prune(name, ask);
    if (rows > 0) log.info({ log: name, removed: rows, days }, 'old rows were removed');
    if (broken !== null)
      log.warn({ log: name, ...broken }, 'a log is broken: nothing goes of it from there on');
  }
}

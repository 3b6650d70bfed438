import type { Logger } from 'pino';
import type { Store } from '../store/index.ts';

const dayMs = 86_400_000;

/** Removes what is older than so many days from every log, and says in the event log what went from a chained one. */
export async function retain(
  deps: { store: Store; clock: () => number; log: Logger },
  days: number,
): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock();
  const before = now - days * dayMs;
  for (const name of store.audit.logs) {
    const removed = await store.audit.prune(name, { before, now, actor: 'retention' });
    if (removed > 0) log.info({ log: name, removed, days }, 'old rows were removed');
  }
  await store.llmCalls.forget(before);
  await store.autonomy.forget(before);
  await store.rails.forget(before);
}

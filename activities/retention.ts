import type { Logger } from 'pino';
import { createBoundedRound, throwFailures } from '../platform/concurrency/bounded-round.ts';
import type { Store } from '../store/index.ts';

const dayMs = 86_400_000;
/** One log after the other; what is left over is for the next round. */
const bounds = { atOnce: 1, ms: 1_800_000 };

/**
 * Removes what is older than so many days from every log and table that grows, and says in the event log what went.
 * Throws at its end where one of them could not be pruned.
 */
export async function retain(
  deps: { store: Store; clock: () => number; log: Logger },
  days: number,
): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock();
  const ask = { before: now - days * dayMs, now, actor: 'retention' };
  const tables = async (): Promise<void> => {
    const removed = await store.retention.forget(ask);
    if (Object.keys(removed).length > 0) log.info({ removed, days }, 'old rows were removed');
  };
  const prune = async (name: (typeof store.audit.logs)[number]): Promise<void> => {
    const { removed: rows, broken } = await store.audit.prune(name, ask);
    if (rows > 0) log.info({ log: name, removed: rows, days }, 'old rows were removed');
    if (broken !== null)
      log.warn({ log: name, ...broken }, 'a log is broken: nothing goes of it from there on');
  };
  const jobs = [
    { key: 'tables', work: tables },
    ...store.audit.logs.map((name) => ({ key: name, work: () => prune(name) })),
  ];
  const round = createBoundedRound<(typeof jobs)[number]>(bounds, ({ key }) => key);
  throwFailures(await round(jobs, ({ work }) => work()));
}

import type { Logger } from 'pino';
import { createBoundedRound, throwFailures } from '../platform/concurrency/bounded-round.ts';
import type { Store } from '../store/index.ts';

const dayMs = 86_400_000;
/** One log at a time; what is left over is for the next round. */
const bounds = { atOnce: 1, ms: 1_800_000 };

/**
 * Removes rows older than `days` from every log and table that grows, and records in the event log what was removed.
 * Throws at its end if any of them could not be pruned.
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
    if (Object.keys(removed).length > 0) log.info({ removed, days }, 'removed old rows');
  };
  const prune = async (name: (typeof store.audit.logs)[number]): Promise<void> => {
    const { removed: rows, broken } = await store.audit.prune(name, ask);
    if (rows > 0) log.info({ log: name, removed: rows, days }, 'removed old rows');
    if (broken !== null)
      log.warn(
        { log: name, ...broken },
        'the hash chain of a log is broken: rows after the break are kept',
      );
  };
  const jobs = [
    { key: 'tables', work: tables },
    ...store.audit.logs.map((name) => ({ key: name, work: () => prune(name) })),
  ];
  const round = createBoundedRound<(typeof jobs)[number]>(bounds, ({ key }) => key);
  throwFailures(await round(jobs, ({ work }) => work()));
}

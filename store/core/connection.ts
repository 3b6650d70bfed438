import type { Transaction } from 'kysely';
import { VX11Error } from '../../contracts/errors.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import type { Database } from './dialect.ts';
import { createFaultMemory, type StoreFault } from './fault.ts';
import { anyWrite, lockKeys } from './locks.ts';
import type { Tables } from './schema.ts';

/** How long a write waits for other writers before it fails with `store_unavailable`. */
const writeWaitMs = 5000;

/** The pause between two tries of a write. */
const writeBackoff = { firstMs: 2, longestMs: 100 };

/** Postgres error codes for a transaction that was ended in favour of another: deadlock, serialization failure. */
const gaveWay = new Set(['40P01', '40001']);

/** Whether another writer was in the way: nothing was written, and the same transaction may succeed now. */
const isContention = (error: unknown): boolean =>
  isBusy(error) || gaveWay.has((error as { code?: string } | null)?.code ?? '');

/** Whether another connection holds the lock on the SQLite file. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  /SQLITE_BUSY|database is locked|database table is locked/.test(error.message);

/** Reads and transactions over one database, with its faults turned into `store_unavailable`. */
export interface Connection {
  read<T>(query: (db: Database['db']) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction; waits, without blocking the process, while another process writes. If Postgres ends
   * the transaction in favour of another one, it runs again.
   * @param keys what the write decides on, such as `window/<id>`: writes that share a key run one at a time. Empty if
   * nothing that it reads affects what it writes.
   */
  writeUnder<T>(keys: readonly string[], work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** The same under one key that all such writes share: for rare writes. */
  write<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * What is wrong with the database itself: what queries of this process have met, or else what an inspection of its
   * file shows.
   */
  fault(how: 'met' | 'look'): Promise<StoreFault | null>;
}

/** @param committed called after each commit of this process, before the write returns */
export function createConnection(
  database: Database,
  committed: () => void = () => undefined,
): Connection {
  const memory = createFaultMemory();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof VX11Error) throw error;
      const fault = memory.saw(error);
      const detail =
        fault === null
          ? 'The store did not answer; try again shortly.'
          : `The store does not work: ${fault.reason}.`;
      throw new VX11Error('store_unavailable', detail, { cause: error, retryAfterSeconds: 2 });
    }
  };
  const writeUnder: Connection['writeUnder'] = (keys, work) =>
    guarded(() =>
      retry(
        async () => {
          const result = await database.db.transaction().execute(async (tx) => {
            await lockKeys(tx, keys);
            return work(tx);
          });
          committed();
          memory.wrote();
          return result;
        },
        { backoff: writeBackoff, withinMs: writeWaitMs, isWorth: isContention },
      ),
    );
  return {
    read: (query) => guarded(() => query(database.db)),
    fault: async (how) =>
      memory.known() ?? (how === 'met' ? null : await database.inspect().catch(() => null)),
    writeUnder,
    write: (work) => writeUnder(anyWrite, work),
  };
}

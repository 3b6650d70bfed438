import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { VX11Error } from '../../contracts/errors.ts';
import type { Database } from './dialect.ts';
import { createFaultMemory, type StoreFault } from './fault.ts';
import type { Tables } from './schema.ts';

/** How long a write waits for others to let go of the database before it answers `store_unavailable`. */
const writeWaitMs = 5000;

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  /SQLITE_BUSY|database is locked|database table is locked/.test(error.message);

/** Reads and transactions over one database, with its faults turned into `store_unavailable`. */
export interface Connection {
  read<T>(query: (db: Database['db']) => Promise<T>): Promise<T>;
  /** Runs in one transaction; waits, without blocking the process, while another process writes. */
  write<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** What is wrong with the database itself: what queries of this process have met, else what a look at its file shows. */
  fault(how: 'met' | 'look'): Promise<StoreFault | null>;
}

export function createConnection(database: Database): Connection {
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
  return {
    read: (query) => guarded(() => query(database.db)),
    fault: async (how) =>
      memory.known() ?? (how === 'met' ? null : await database.inspect().catch(() => null)),
    write: (work) =>
      guarded(async () => {
        const giveUp = performance.now() + writeWaitMs;
        for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
          try {
            const result = await database.db.transaction().execute(async (tx) => {
              if (database.kind === 'postgres') await waitForWriters(tx);
              return work(tx);
            });
            database.touched();
            memory.wrote();
            return result;
          } catch (error) {
            if (!isBusy(error) || performance.now() > giveUp) throw error;
            await sleep(pause * (0.5 + Math.random()));
          }
        }
      }),
  };
}

/**
 * One writer at a time, as SQLite has it by nature: a transaction decides on what the one before it left, so that two
 * who ask for the same thing at the same moment do not both get it, and the event log stays one chain.
 */
async function waitForWriters(tx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(12)`.execute(tx);
}

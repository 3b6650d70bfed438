import { Kysely, SqliteDialect } from 'kysely';
import { pause } from '../../platform/concurrency/pause.ts';
import type { CommitWatch, Revisions } from './changes.ts';
import { watchFile, type StoreFault } from './fault.ts';
import { lookAtSqlite, nodeSqlite } from './node-sqlite.ts';
import type { Tables } from './schema.ts';

/** What differs between the two databases; all else in `store/` is the same for both. */
export interface Database {
  kind: 'sqlite' | 'postgres';
  db: Kysely<Tables>;
  /** Changes with every commit of any process. Cheap enough to call on every read. */
  revision(): string | Promise<string>;
  /** The counts as they are committed now. Cheap enough to call on every read. */
  revisions(): Revisions | Promise<Revisions>;
  commits: CommitWatch;
  /** Checks the database without a query; null if no fault is known. */
  inspect(): Promise<StoreFault | null>;
  close(): Promise<void>;
}

/** Opens the file at once for SQLite; connects lazily for Postgres. @param url `sqlite:<file>` or `postgres://…` */
export async function openDatabase(url: string): Promise<Database> {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  // most installations never need its driver, and it costs megabytes
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url);
}

function openSqlite(file: string): Database {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(file) }) });
  const look = lookAtSqlite(file);
  let seen: number | null = null;
  const watching = async (
    changed: () => void,
    everyMs: () => number,
    signal: AbortSignal,
  ): Promise<void> => {
    do {
      try {
        const now = look.version();
        if (now !== seen) changed();
        seen = now;
      } catch {
        seen = null; // the file cannot be read now; the next successful read counts as a change
      }
    } while (await pause(everyMs(), signal));
  };
  return {
    kind: 'sqlite',
    db,
    revision: () => String(look.version()),
    revisions: () => look.revisions(),
    commits: {
      // this process already knows of its own commit
      announce: () => void (seen = look.version()),
      watch: (changed, everyMs, signal) => void watching(changed, everyMs, signal),
    },
    inspect: watchFile(file),
    async close() {
      await db.destroy();
      look.close();
    },
  };
}

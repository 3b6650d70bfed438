import { Kysely, SqliteDialect } from 'kysely';
import { watchFile, type StoreFault } from './fault.ts';
import { nodeSqlite } from './node-sqlite.ts';
import type { Tables } from './schema.ts';

/** What differs between the two databases; all else in `store/` is the same for both. */
export interface Database {
  kind: 'sqlite' | 'postgres';
  db: Kysely<Tables>;
  /** Changes whenever anything was committed, by this process or another. Cheap enough for every read. */
  revision(): string | Promise<string>;
  /** Says that this process committed something. */
  touched(): void;
  /** What is wrong with the database where nobody asks it; null where that is not known. */
  inspect(): Promise<StoreFault | null>;
}

/** `sqlite:<file>` or `postgres://…`. Connects lazily for Postgres; opens the file at once for SQLite. */
export async function openDatabase(url: string): Promise<Database> {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  // most installations never need its driver, and it costs megabytes
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url);
}

function openSqlite(file: string): Database {
  const database = nodeSqlite(file);
  const dataVersion = database.prepare('pragma data_version');
  let own = 0;
  return {
    kind: 'sqlite',
    db: new Kysely<Tables>({ dialect: new SqliteDialect({ database }) }),
    // data_version moves only with other connections' commits, so our own are counted beside it
    revision: () => `${(dataVersion.all([])[0] as { data_version: number }).data_version}.${own}`,
    touched: () => void (own += 1),
    inspect: file === ':memory:' ? () => Promise.resolve(null) : watchFile(file),
  };
}

import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import pg from 'pg';
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
}

/** `sqlite:<file>` or `postgres://…`. Connects lazily for Postgres; opens the file at once for SQLite. */
export function openDatabase(url: string): Database {
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openPostgres(url);
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
  };
}

function openPostgres(url: string): Database {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 3000 });
  pool.on('error', () => undefined); // an idle connection died; the next query opens another
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const lsn = sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`;
  return {
    kind: 'postgres',
    db,
    revision: async () => (await lsn.execute(db)).rows[0]!.lsn,
    touched: () => undefined,
  };
}

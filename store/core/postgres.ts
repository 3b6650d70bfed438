import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './dialect.ts';
import type { Tables } from './schema.ts';

/** The same tables on a Postgres server, for several hosts. @param url `postgres://…` */
export function openPostgres(url: string): Database {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 3000,
    // as long as a write waits on SQLite; a writer that froze in its transaction gives way
    lock_timeout: 5000,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', () => undefined); // an idle connection died; the next query opens another
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // what a query sees: unlike a position in the log, it moves in the very moment a commit becomes visible
  const visible = sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`;
  return {
    kind: 'postgres',
    db,
    revision: async () => (await visible.execute(db)).rows[0]!.snapshot,
    touched: () => undefined,
    inspect: () => Promise.resolve(null),
  };
}

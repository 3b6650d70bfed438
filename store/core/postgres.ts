import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { abortable } from '../../platform/concurrency/abortable.ts';
import { coalesce } from '../../platform/concurrency/coalesce.ts';
import { keepRunning } from '../../platform/concurrency/keep-running.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { revisionsOf } from './changes.ts';
import type { Database } from './dialect.ts';
import type { Tables } from './schema.ts';

/** The channel on which processes announce their commits to each other. */
const channel = 'vx11_commits';
/** How soon a commit that was not announced is noticed. */
const pollMs = 1000;

/** The same tables on a Postgres server, for several hosts. @param url `postgres://…` */
export function openPostgres(url: string): Database {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 3000,
    // the same limit as a write has on SQLite; a writer that freezes in a transaction is cut off
    lock_timeout: 5000,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', () => undefined); // an idle connection died; the next query opens another
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const me = randomUUID();
  const announce = coalesce(async () => {
    await sql`select pg_notify(${channel}, ${me})`.execute(db).catch(() => undefined);
  });
  /** Listens for commits until the connection ends. */
  const listen = async (changed: () => void, signal: AbortSignal): Promise<void> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
    const gone = new Promise<void>((resolve) => {
      client.on('end', resolve).on('error', () => resolve());
    });
    client.on('notification', ({ payload }) => void (payload === me || changed()));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      changed(); // something may have been committed before it listened
      await abortable(gone, signal).catch(() => undefined);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  /** Polls for commits, since a process that dies right after its commit announces nothing. */
  const poll = async (changed: () => void, signal: AbortSignal): Promise<void> => {
    for (let seen = ''; await pause(pollMs, signal);) {
      const now = await revision().catch(() => '');
      if (now !== seen) changed();
      seen = now;
    }
  };
  // unlike a position in the log, the snapshot changes exactly when a commit becomes visible
  const visible = sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`;
  const revision = async (): Promise<string> => (await visible.execute(db)).rows[0]!.snapshot;
  return {
    kind: 'postgres',
    db,
    revision,
    async revisions() {
      const newest = db
        .selectFrom('chain_heads')
        .select([sql<string>`'newest'`.as('topic'), sql<string>`seq`.as('n')])
        .where('name', '=', 'events');
      const rows = await db
        .selectFrom('revisions')
        .select(['topic', ({ fn }) => fn.sum<string>('n').as('n')])
        .groupBy('topic')
        .unionAll(newest)
        .execute();
      return revisionsOf(rows);
    },
    commits: {
      announce: () => void announce(),
      watch(changed, _everyMs, signal) {
        const again = { firstMs: 100, longestMs: 2000, steadyMs: 5000, onEnd: () => undefined };
        void keepRunning(() => listen(changed, signal), { ...again, signal });
        void poll(changed, signal);
      },
    },
    inspect: () => Promise.resolve(null),
    close: () => db.destroy(),
  };
}

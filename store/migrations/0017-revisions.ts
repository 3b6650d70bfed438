import { sql } from 'kysely';
import type { Database } from '../core/dialect.ts';
import type { Migration } from './index.ts';

/**
 * Which columns of which tables count for which revision. The last use of a token does not: it changes no permission.
 */
const watched = [
  ['tokens', 'tokens', ' of name, scope, secret_hash, expires_at, revoked_at'],
  ['windows', 'state', ''],
  ['leases', 'state', ''],
  ['services', 'state', ''],
  ['catalogs', 'state', ''],
  ['presence', 'state', ''],
] as const;

/** Each connection counts in its own row, because commits would otherwise wait for each other in Postgres. */
const shards = 32;

const table = `create table revisions (
  topic text not null, shard integer not null, n bigint not null, primary key (topic, shard))`;

const rowsOf = (count: number): string =>
  ['tokens', 'state']
    .flatMap((topic) => Array.from({ length: count }, (_, shard) => `('${topic}', ${shard}, 0)`))
    .join(', ');

const sqliteTriggers = watched.flatMap(([name, topic, columns]) =>
  ['insert', 'delete', `update${columns}`].map(
    (event) => `create trigger ${name}_revised_${event.slice(0, 6)} after ${event} on ${name}
      begin update revisions set n = n + 1 where topic = '${topic}' and shard = 0; end`,
  ),
);

const postgresTriggers = [
  `create function vx11_revise() returns trigger language plpgsql as $$ begin
    update revisions set n = n + 1 where topic = tg_argv[0] and shard = pg_backend_pid() % ${shards};
    return null; end $$`,
  ...watched.map(
    ([name, topic, columns]) => `create trigger ${name}_revised
      after insert or delete or update${columns} on ${name}
      for each statement execute function vx11_revise('${topic}')`,
  ),
];

const statements: Record<Database['kind'], string[]> = {
  sqlite: [table, `insert into revisions values ${rowsOf(1)}`, ...sqliteTriggers],
  postgres: [
    `${table} with (fillfactor = 50)`,
    `insert into revisions values ${rowsOf(shards)}`,
    ...postgresTriggers,
  ],
};

/** Counts changes to the rows that processes cache, by any writer, so that other writes invalidate no cache. */
export const revisions: Migration = {
  name: '0017-revisions',
  async up(db, kind) {
    for (const statement of statements[kind]) await sql.raw(statement).execute(db);
  },
};

import { sql } from 'kysely';
import type { Migration } from './index.ts';

const tables = (blob: 'blob' | 'bytea'): string[] => [
  `create table spawns (
    id text primary key, uuid text not null, state text not null, parent_id text, user_id text not null,
    created_at bigint not null, expires_at bigint not null, finished_at bigint,
    ending text, ending_by text, ending_at bigint, view text not null, spec text)`,
  `create index spawns_newest on spawns (created_at desc, id desc)`,
  `create index spawns_state on spawns (state, created_at desc)`,
  `create index spawns_parent on spawns (parent_id, created_at desc)`,
  `create index spawns_uuid on spawns (uuid)`,
  `create table spawn_attempts (
    spawn_id text not null, attempt integer not null, record text not null, primary key (spawn_id, attempt))`,
  `create table spawn_output (
    spawn_id text not null, attempt integer not null, seq integer not null, stream text not null,
    at bigint not null, start bigint not null, bytes ${blob} not null, primary key (spawn_id, attempt, seq))`,
];

/** Tasks, their attempts and their output. */
export const spawns: Migration = {
  name: '0003-spawns',
  async up(db, kind) {
    for (const statement of tables(kind === 'sqlite' ? 'blob' : 'bytea'))
      await sql.raw(statement).execute(db);
  },
};

import { sql } from 'kysely';
import type { Database } from '../core/dialect.ts';
import type { Migration } from './index.ts';

const tables = [
  `create table web_sessions (id text primary key, cookie_hash text not null unique, proof_hash text not null,
    token_id text not null, created_at bigint not null, last_used_at bigint not null, expires_at bigint not null)`,
  `create table web_session_links (code_hash text primary key, bound_hash text not null, token_id text not null,
    created_at bigint not null, expires_at bigint not null, session_until bigint, used_at bigint)`,
];

/** A session that ends counts as a change of the tokens: processes then check again what they cache. */
const trigger: Record<Database['kind'], string> = {
  sqlite: `create trigger web_sessions_revised after delete on web_sessions
    begin update revisions set n = n + 1 where topic = 'tokens' and shard = 0; end`,
  postgres: `create trigger web_sessions_revised after delete on web_sessions
    for each statement execute function vx11_revise('tokens')`,
};

/** Signed-in browsers, and the links that sign them in: hashes only. */
export const webSessions: Migration = {
  name: '0018-web-sessions',
  async up(db, kind) {
    for (const statement of [...tables, trigger[kind]]) await sql.raw(statement).execute(db);
  },
};

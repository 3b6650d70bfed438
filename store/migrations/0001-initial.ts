import { sql } from 'kysely';
import type { Migration } from './index.ts';

const tables = [
  `create table windows (
    id text primary key, host text not null, kind text not null, target text, state text not null,
    requested_at bigint not null, deadline bigint, closed_at bigint, view text not null)`,
  // at most one live window per target: simultaneous callers share it
  `create unique index windows_live_target on windows (host, target)
    where kind = 'target' and state in ('requested', 'queued', 'opening', 'open')`,
  `create index windows_newest on windows (requested_at desc, id desc)`,
  `create index windows_state on windows (state, requested_at desc)`,
  `create table leases (
    window_id text not null, host text not null, service text not null, deadline bigint,
    is_open integer not null, created_at bigint not null, primary key (window_id, service))`,
  `create index leases_host on leases (host, deadline)`,
  `create table services (
    host text not null, name text not null, observation text not null, updated_at bigint not null,
    primary key (host, name))`,
  `create table catalogs (host text primary key, catalog text not null, read_at bigint not null)`,
  `create table events (
    seq bigint primary key, at bigint not null, type text not null, actor text not null, host text,
    window_id text, service text, correlation_id text, payload text not null,
    prev_hash text not null, hash text not null)`,
  `create index events_window on events (window_id, seq)`,
  `create table tokens (
    id text primary key, name text not null, scope text not null, secret_hash text not null,
    created_at bigint not null, expires_at bigint, revoked_at bigint, last_used_at bigint)`,
  `create table idempotency (
    key text not null, principal text not null, route text not null, body_hash text not null,
    status integer, answer text, created_at bigint not null, primary key (key, principal))`,
  `create table presence (
    process text not null, host text not null, at bigint not null, detail text not null,
    primary key (process, host))`,
];

const sqliteTriggers = ['update', 'delete'].map(
  (verb) => `create trigger events_no_${verb} before ${verb} on events
    begin select raise(abort, 'events are append-only'); end`,
);

const postgresTriggers = [
  `create function events_append_only() returns trigger language plpgsql as
    $$ begin raise exception 'events are append-only'; end $$`,
  `create trigger events_no_change before update or delete or truncate on events
    for each statement execute function events_append_only()`,
];

/** Windows, leases, services, catalogs, the event log, tokens, idempotency keys and presence. */
export const initial: Migration = {
  name: '0001-initial',
  async up(db, kind) {
    const triggers = kind === 'sqlite' ? sqliteTriggers : postgresTriggers;
    for (const statement of [...tables, ...triggers]) await sql.raw(statement).execute(db);
  },
};

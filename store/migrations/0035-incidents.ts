import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Incidents, of which at most one of a fingerprint is not closed; what ants remember of their subjects; and of themselves. */
export const incidents: Migration = {
  name: '0035-incidents',
  async up(db) {
    const statements = [
      `create table incidents (
        id text primary key, host text not null, fingerprint text not null, kind text not null, service text,
        severity text not null, status text not null, opened_at bigint not null, closed_at bigint, view text not null)`,
      `create unique index incidents_live on incidents (fingerprint) where status <> 'closed'`,
      'create index incidents_time on incidents (opened_at desc, id desc)',
      'create index incidents_closed on incidents (closed_at)',
      `create table ant_memories (
        host text not null, fingerprint text not null, ant text not null, memory text not null,
        primary key (host, fingerprint))`,
      `create table ant_states (
        host text not null, ant text not null, state text not null, primary key (host, ant))`,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

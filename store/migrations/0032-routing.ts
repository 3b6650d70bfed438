import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Routing: decisions, what was learned and published, what is left alone, money, and feedback that waits. */
export const routing: Migration = {
  name: '0032-routing',
  async up(db) {
    const statements = [
      `create table routing_decisions (
        id text primary key, at bigint not null, owner_id text not null, correlation_id text not null,
        target text, ok integer, record text not null)`,
      'create index routing_decisions_at on routing_decisions (at desc, id desc)',
      'create table routing_state (name text primary key, at bigint not null, record text not null)',
      `create table routing_limits (
        scope text primary key, provider text not null, at bigint not null, record text not null)`,
      'create index routing_limits_provider on routing_limits (provider)',
      `create table routing_spend (
        account text not null, day text not null, reserved_usd double precision not null,
        spent_usd double precision not null, tokens bigint not null, requests bigint not null,
        primary key (account, day))`,
      `create table routing_feedback (
        decision_id text primary key, at bigint not null, owner_id text not null, score double precision not null,
        note text, applied integer not null)`,
      'create index routing_feedback_waiting on routing_feedback (at) where applied = 0',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

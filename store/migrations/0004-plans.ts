import { sql } from 'kysely';
import { appendOnly } from './append-only.ts';
import type { Migration } from './index.ts';

const tables = [
  `create table intents_log (
    seq bigint primary key, id text not null, at bigint not null, source text not null, actor text not null,
    session_id text, correlation_id text not null, payload text not null,
    prev_hash text not null, hash text not null)`,
  `create index intents_correlation on intents_log (correlation_id, seq desc)`,
  `create table plans (
    id text primary key, status text not null, correlation_id text not null, created_at bigint not null,
    started integer not null, confirm_hash text, view text not null)`,
  `create index plans_newest on plans (created_at desc, id desc)`,
  `create index plans_status on plans (status, created_at desc)`,
  `create index plans_correlation on plans (correlation_id, created_at desc)`,
  `create index plans_unstarted on plans (created_at) where started = 0`,
  `create table plan_steps (
    plan_id text not null, nth integer not null, status text not null, record text not null,
    primary key (plan_id, nth))`,
  `create table sessions (
    owner text not null, id text not null, mode text not null, topic text not null, summary text not null,
    turns integer not null, created_at bigint not null, updated_at bigint not null, primary key (owner, id))`,
  `create table session_turns (
    owner text not null, session_id text not null, seq integer not null, at bigint not null, actor text not null,
    message text not null, response text not null, status text not null, intent_id text, plan_id text,
    primary key (owner, session_id, seq))`,
  `create table madre_actions (
    id text primary key, at bigint not null, module text not null, action text not null, outcome text not null,
    reason text, plan_id text not null)`,
  `create index madre_actions_newest on madre_actions (at desc, id desc)`,
];

/** Intents, plans with their steps, madre's actions and chat sessions. */
export const plans: Migration = {
  name: '0004-plans',
  async up(db, kind) {
    for (const statement of [...tables, ...appendOnly('intents_log', kind)])
      await sql.raw(statement).execute(db);
  },
};

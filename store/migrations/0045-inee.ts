import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Colonies that report to this installation. No other table refers to these, so they may be dropped. */
export const inee: Migration = {
  name: '0045-inee',
  async up(db) {
    const statements = [
      `create table hormiguero_inee_colonies (
        colony_id text primary key, remote_url text, life text not null, heartbeats bigint not null,
        intents bigint not null, registered_at bigint not null, registered_by text not null)`,
      `create table hormiguero_inee_agents (
        colony_id text not null, agent_id text not null, agent_type text not null, registered_at bigint not null,
        primary key (colony_id, agent_id))`,
      `create table hormiguero_inee_nonces (
        colony_id text not null, nonce text not null, at bigint not null, primary key (colony_id, nonce))`,
      'create index hormiguero_inee_nonces_at on hormiguero_inee_nonces (at)',
      `create table hormiguero_inee_audit_events (
        seq bigint primary key, at bigint not null, what text not null, colony_id text not null,
        actor text not null, correlation_id text not null, detail text not null)`,
      'create index hormiguero_inee_audit_events_at on hormiguero_inee_audit_events (at)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

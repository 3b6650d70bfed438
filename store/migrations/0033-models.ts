import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Models of each host, pulls of models, and what the hub was last seen to have. */
export const models: Migration = {
  name: '0033-models',
  async up(db) {
    const statements = [
      `create table model_pulls (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index model_pulls_live on model_pulls (created_at) where finished_at is null',
      `create table models (
        id text primary key, host text not null, status text not null, name text not null, record text not null)`,
      'create index models_host on models (host, name)',
      'create table hub_models (repo text primary key, seen_at bigint not null, record text not null)',
      'create index hub_models_seen on hub_models (seen_at)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

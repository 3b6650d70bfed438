import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Comparisons of a stack with what was declared, and the differences that still stand. */
export const drift: Migration = {
  name: '0034-drift',
  async up(db) {
    const statements = [
      `create table drift_audits (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index drift_audits_host on drift_audits (host, created_at desc, id desc)',
      'create index drift_audits_live on drift_audits (created_at) where finished_at is null',
      `create table drift_findings (
        host text not null, fingerprint text not null, service text not null, kind text not null,
        state text not null, record text not null, primary key (host, fingerprint))`,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

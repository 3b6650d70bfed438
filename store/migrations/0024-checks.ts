import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Runs of checks, and one row for each check of a run. */
export const checks: Migration = {
  name: '0024-checks',
  async up(db) {
    const statements = [
      `create table check_runs (
        id text primary key, suite text not null, host text not null, owner_id text,
        status text not null, created_at bigint not null, finished_at bigint, view text not null)`,
      'create index check_runs_time on check_runs (created_at desc, id desc)',
      'create index check_runs_suite on check_runs (suite, created_at desc, id desc)',
      `create index check_runs_live on check_runs (created_at) where finished_at is null`,
      `create table check_results (
        run_id text not null, nth integer not null, status text not null, record text not null,
        primary key (run_id, nth))`,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

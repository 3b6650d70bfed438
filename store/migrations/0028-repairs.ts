import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Repairs, what each of them tried, and the patches that changed files of a stack. */
export const repairs: Migration = {
  name: '0028-repairs',
  async up(db) {
    const statements = [
      `create table repairs (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index repairs_time on repairs (created_at desc, id desc)',
      'create index repairs_live on repairs (created_at) where finished_at is null',
      `create table repair_candidates (
        repair_id text not null, cycle integer not null, nth integer not null, diff_sha256 text not null,
        record text not null, files text not null, primary key (repair_id, cycle, nth))`,
      `create table patches (
        id text primary key, host text not null, status text not null, created_at bigint not null,
        view text not null, files text not null)`,
      'create index patches_time on patches (created_at desc, id desc)',
      `create index patches_applied on patches (host) where status = 'applied'`,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

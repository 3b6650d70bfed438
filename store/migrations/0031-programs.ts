import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Looks for programs on a host, and the programs that the newest of each host found. */
export const programs: Migration = {
  name: '0031-programs',
  async up(db) {
    const statements = [
      `create table program_scans (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index program_scans_host on program_scans (host, created_at desc, id desc)',
      'create index program_scans_live on program_scans (created_at) where finished_at is null',
      `create table programs (
        host text not null, root text not null, name text not null, category text not null,
        usable integer not null, record text not null, primary key (host, root, name))`,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

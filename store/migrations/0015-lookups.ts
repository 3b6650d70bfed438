import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Indexes for queries that read a whole table before, and a hash that finds a plan by its confirm token. */
export const lookups: Migration = {
  name: '0015-lookups',
  async up(db, kind) {
    const statements = [
      'create index windows_target on windows (target, requested_at desc)',
      'alter table plans add column lookup_hash text',
      'create index plans_lookup on plans (lookup_hash) where lookup_hash is not null',
      // plans that older versions wrote, without a lookup hash
      `create index plans_token on plans (status, created_at)
        where lookup_hash is null and confirm_hash is not null`,
      'create index idempotency_age on idempotency (created_at)',
      'create index spawns_user on spawns (user_id, created_at desc, id desc)',
      'create index spawns_end on spawns (finished_at)',
      // uuids with the same beginning form one range only if texts are ordered by their bytes
      ...(kind === 'postgres'
        ? ['alter table spawns alter column uuid type text collate "C"']
        : []),
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

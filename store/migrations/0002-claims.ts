import { sql } from 'kysely';
import type { Migration } from './index.ts';

const columns = ['claim text', 'attempt text', 'held_until bigint', 'window_id text'];

/** Who answers a repeated request now, until when that counts, and what all who try have in common. */
export const claims: Migration = {
  name: '0002-claims',
  async up(db) {
    for (const column of columns) {
      await sql.raw(`alter table idempotency add column ${column}`).execute(db);
    }
    // claims are renewed by their ids, a moment after each other, while others are answered
    await sql`create index idempotency_claim on idempotency (claim) where claim is not null`.execute(
      db,
    );
  },
};

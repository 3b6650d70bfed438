import { sql } from 'kysely';
import type { Migration } from './index.ts';

const columns = ['claim text', 'attempt text', 'held_until bigint', 'window_id text'];

/** The claim on an idempotency key: its holder, its expiry, and the attempt id that all claims on a request share. */
export const claims: Migration = {
  name: '0002-claims',
  async up(db) {
    for (const column of columns) {
      await sql.raw(`alter table idempotency add column ${column}`).execute(db);
    }
    // claims are renewed by id, often, while other requests are answered
    await sql`create index idempotency_claim on idempotency (claim) where claim is not null`.execute(
      db,
    );
  },
};

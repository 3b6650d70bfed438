import { sql } from 'kysely';
import type { Migration } from './index.ts';

/**
 * The newest row of each chained log in a separate table, so that rows removed from the end are detected. An index on the
 * ids of intents.
 */
export const chainHeads: Migration = {
  name: '0007-chain-heads',
  async up(db) {
    await sql
      .raw(
        'create table chain_heads (name text primary key, seq bigint not null, hash text not null)',
      )
      .execute(db);
    await sql.raw('create index intents_id on intents_log (id)').execute(db);
    for (const name of ['events', 'intents_log'] as const) {
      const newest = await db
        .selectFrom(name)
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      const head = newest ?? { seq: 0, hash: '0'.repeat(64) };
      await db
        .insertInto('chain_heads')
        .values({ name, ...head })
        .execute();
    }
  },
};

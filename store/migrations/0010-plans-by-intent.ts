import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The number of plans read at once. */
const page = 500;

/** Finds plans by their intent. */
export const plansByIntent: Migration = {
  name: '0010-plans-by-intent',
  async up(db) {
    await sql.raw('alter table plans add column intent_id text').execute(db);
    for (let after = '', full = true; full;) {
      const rows = await db
        .selectFrom('plans')
        .select(['id', 'view'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(page)
        .execute();
      for (const { id, view } of rows) {
        const { intent_id } = JSON.parse(view) as { intent_id: string | null };
        await db.updateTable('plans').set({ intent_id }).where('id', '=', id).execute();
      }
      after = rows.at(-1)?.id ?? after;
      full = rows.length === page;
    }
    await sql.raw('create index plans_intent on plans (intent_id, created_at desc)').execute(db);
  },
};

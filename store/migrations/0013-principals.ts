import { sql } from 'kysely';
import type { Migration } from './index.ts';

const columns = [
  'tokens add column principal text',
  'windows add column owner_id text',
  'spawns add column owner_id text',
  'plans add column actor_id text',
  // the principals that confirmed, in order: a JSON list
  'plans add column approver_ids text',
];

/**
 * The owner of a window, a task or a plan by principal instead of name: the id of the first token in a chain of rotations.
 * Older rows have none; for them the name counts.
 */
export const principals: Migration = {
  name: '0013-principals',
  async up(db) {
    for (const column of columns) await sql.raw(`alter table ${column}`).execute(db);
    const rows = await db.selectFrom('tokens').select(['id', 'replaced_by']).execute();
    const before = new Map(rows.map(({ id, replaced_by }) => [replaced_by, id]));
    for (const { id } of rows) {
      let principal = id;
      const seen = new Set([id]);
      for (let next = before.get(id); next !== undefined && !seen.has(next);) {
        seen.add(next);
        principal = next;
        next = before.get(next);
      }
      await db.updateTable('tokens').set({ principal }).where('id', '=', id).execute();
    }
  },
};

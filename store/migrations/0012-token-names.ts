import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The rule for names when this migration was written. */
const keyOf = (name: string): string => name.toLowerCase().replaceAll(/[ ._@-]/g, '');
const reserved = new Set(
  'madre guard settleloop temporal autonomy engine retention gateway tentaculolink spawner system vx11'.split(
    ' ',
  ),
);

/**
 * A token's name identifies its holder in windows, plans and the log. From here on, names of live tokens are unique, and
 * none is the name of a part of VX11. Of tokens that share a name, the oldest keeps it; the others, and those with a
 * reserved name, get the beginning of their id as a suffix. What they opened before keeps the old name.
 */
export const tokenNames: Migration = {
  name: '0012-token-names',
  async up(db) {
    await sql.raw('alter table tokens add column replaced_by text').execute(db);
    const now = Date.now();
    const rows = await db
      .selectFrom('tokens')
      .select(['id', 'name', 'expires_at'])
      .where('revoked_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const taken = new Set<string>();
    for (const { id, name, expires_at } of rows) {
      if (expires_at !== null && expires_at <= now) continue;
      if (!reserved.has(keyOf(name)) && !taken.has(keyOf(name))) {
        taken.add(keyOf(name));
        continue;
      }
      const renamed = `${name.slice(0, 47)} ${id.slice('token-'.length, 'token-'.length + 16)}`;
      await db.updateTable('tokens').set({ name: renamed }).where('id', '=', id).execute();
      taken.add(keyOf(renamed));
    }
  },
};

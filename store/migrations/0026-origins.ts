import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Where a plan came from, as a filter of lists, and who made a token. */
export const origins: Migration = {
  name: '0026-origins',
  async up(db, kind) {
    const source =
      kind === 'sqlite' ? `json_extract(view, '$.source')` : `vx11_member(view, 'source')`;
    for (const statement of [
      'alter table plans add column source text',
      `update plans set source = ${source}`,
      'create index plans_source on plans (source, created_at desc, id desc)',
      'alter table tokens add column created_by text',
    ]) {
      await sql.raw(statement).execute(db);
    }
  },
};

import { sql } from 'kysely';
import { contextView } from './0006-task-views.ts';
import type { Migration } from './index.ts';

/** A step without the code that its task is given, in Postgres; `{}` where that cannot be taken out. */
const withoutCodeFunction = `create function vx11_without_code(document text) returns text
  language plpgsql immutable as $$ begin return (document::jsonb #- '{params,code}')::text;
  exception when others then return '{}'; end $$`;

/** The steps of a plan show nothing of what their tasks are given to run with. */
export const contextWithoutCode: Migration = {
  name: '0008-context-without-code',
  async up(db, kind) {
    const step =
      kind === 'sqlite' ? `json_remove(s.record, '$.params.code')` : 'vx11_without_code(s.record)';
    const view = ['drop view context', contextView(kind, step)];
    for (const statement of kind === 'postgres' ? [withoutCodeFunction, ...view] : view)
      await sql.raw(statement).execute(db);
  },
};

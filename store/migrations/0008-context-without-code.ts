import { sql } from 'kysely';
import { contextView } from './0006-task-views.ts';
import type { Migration } from './index.ts';

/** A step without the code of its task, in Postgres; `{}` if the code cannot be removed. */
const withoutCodeFunction = `create function vx11_without_code(document text) returns text
  language plpgsql immutable as $$ begin return (document::jsonb #- '{params,code}')::text;
  exception when others then return '{}'; end $$`;

/** Removes the code of tasks from the view `context`. */
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

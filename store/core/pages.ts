import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { IdKind } from '../../contracts/ids.ts';

/** The form of a cursor: the instant and the id of the last row of a page. Lists run from newest to oldest. */
export const cursorPatternOf = (kind: IdKind): RegExp =>
  new RegExp(String.raw`^\d{1,15}~${kind}-[0-9a-f]{8,57}$`);

/** Rows after a cursor: those with an older instant (epoch ms) in this column, or the same instant and a smaller id. */
function after(cursor: string, column: string, idColumn: string): RawBuilder<boolean> {
  const [at = '', id = ''] = cursor.split('~');
  return sql`(${sql.ref(column)}, ${sql.ref(idColumn)}) < (${Number(at)}, ${id})`;
}

/**
 * One page of a list, newest first.
 * @param query selects the id and `column`, the instant (epoch ms) that the list is ordered by
 * @param cursor the `next_cursor` of the previous page
 * @param table the table whose index has this order, if the query joins several
 */
export async function newestPage<
  DB,
  Table extends keyof DB,
  Row extends { id: string } & Record<Column, number>,
  Column extends string,
>(
  query: SelectQueryBuilder<DB, Table, Row>,
  column: Column,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  table?: string,
): Promise<{ shown: Row[]; next_cursor: string | null }> {
  const [at, id] = [column, 'id'].map((name) => (table === undefined ? name : `${table}.${name}`));
  const page = cursor === undefined ? query : query.where(after(cursor, at!, id!));
  // one extra row shows whether there is a next page
  const rows = await page
    .orderBy(sql.ref(at!), 'desc')
    .orderBy(sql.ref(id!), 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { shown, next_cursor: more ? `${last[column]}~${last.id}` : null };
}

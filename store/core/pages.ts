import { sql, type RawBuilder } from 'kysely';
import type { IdKind } from '../../contracts/ids.ts';

/** Lists go from the newest to the oldest; a cursor is the instant and the id of the last row that was shown. */
export const cursorPatternOf = (kind: IdKind): RegExp =>
  new RegExp(String.raw`^\d{1,15}~${kind}-[0-9a-f]{8,57}$`);

/** What comes behind a cursor: rows with an older instant (epoch ms) in this column, or the same one and a smaller id. */
export function behind(cursor: string, column: string): RawBuilder<boolean> {
  const [at = '', id = ''] = cursor.split('~');
  return sql`(${sql.ref(column)}, id) < (${Number(at)}, ${id})`;
}

/** @param rows of which one more than `limit` was asked for, so that the end shows */
export function pageOf<Row extends { id: string }>(
  rows: Row[],
  limit: number,
  at: (row: Row) => number,
): { shown: Row[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { shown, next_cursor: more ? `${at(last)}~${last.id}` : null };
}

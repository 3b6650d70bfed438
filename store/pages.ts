import type { IdKind } from '../contracts/ids.ts';

/** Lists go from the newest to the oldest; a cursor is the instant and the id of the last row that was shown. */
export const cursorPatternOf = (kind: IdKind): RegExp =>
  new RegExp(String.raw`^\d{1,15}~${kind}-[0-9a-f]{8,57}$`);

/** Where a cursor stands: instant in epoch ms, and id. */
export function placeOf(cursor: string): [at: number, id: string] {
  const [at = '', id = ''] = cursor.split('~');
  return [Number(at), id];
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

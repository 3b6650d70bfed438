import { DatabaseSync } from 'node:sqlite';

/** What SQLite finds wrong in the structure of a database file; null if nothing. Throws if it is no database. */
export function quickCheck(file: string): string | null {
  using database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare('pragma quick_check(1)').get() as { quick_check: string };
  return row.quick_check === 'ok' ? null : row.quick_check;
}

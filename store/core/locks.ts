import { PostgresAdapter, sql, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** Writes that say nothing else happen one after the other. */
export const anyWrite: readonly string[] = ['any'];

/**
 * Waits until no other transaction holds one of these keys, and holds them until this one ends. A transaction decides on
 * what the one before it left: two writers that ask for the same thing at once do not both get it.
 *
 * SQLite has one writer at a time anyway. In Postgres each statement sees what was committed before it began, so that what
 * is read after this call is what the holder before left.
 */
export async function lockKeys(tx: Transaction<Tables>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0 || !(tx.getExecutor().adapter instanceof PostgresAdapter)) return;
  // in one order, so that two writers with several keys do not wait for each other
  for (const key of keys.toSorted())
    await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 12))`.execute(tx);
}

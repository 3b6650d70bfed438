import { PostgresAdapter, sql, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** The key of writes that name no other: they run one at a time. */
export const anyWrite: readonly string[] = ['any'];

/**
 * Waits until no other transaction holds one of these keys, and holds them until this one ends. A transaction thus decides
 * on what the previous holder committed: if two writers ask for the same thing at once, only one gets it.
 *
 * SQLite has one writer at a time anyway. In Postgres each statement sees what was committed before it began, so reads
 * after this call see what the previous holder committed.
 */
export async function lockKeys(tx: Transaction<Tables>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0 || !(tx.getExecutor().adapter instanceof PostgresAdapter)) return;
  // sorted, so that two writers with several keys cannot deadlock
  for (const key of keys.toSorted())
    await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 12))`.execute(tx);
}

import type { NewEvent } from '../../contracts/event.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';

/** A cooldown or a breaker, as JSON, under the scope that it belongs to. */
export interface StoredLimit {
  scope: string;
  provider: string;
  at: number;
  record: string;
}

/** What the switch keeps between its runs. */
export interface RoutingStateStore {
  /** A named JSON value, and when it was written; the caller knows its form. */
  read(name: string): Promise<{ at: number; value: unknown } | null>;
  write(name: string, value: unknown, at: number): Promise<void>;
  limits(): Promise<StoredLimit[]>;
  /** Writes what has a record, and removes what has none, with the events of these changes. */
  saveLimits(
    changes: readonly (StoredLimit | { scope: string; record: null })[],
    events: NewEvent[],
  ): Promise<void>;
  /** Removes every cooldown and breaker of a provider. @returns how many there were */
  resetProvider(provider: string, events: NewEvent[]): Promise<number>;
}

export const createRoutingStateStore = (
  connection: Connection,
  append: AppendEvents,
): RoutingStateStore => ({
  read: (name) =>
    connection.read(async (db) => {
      const row = await db
        .selectFrom('routing_state')
        .select(['at', 'record'])
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? null : { at: row.at, value: JSON.parse(row.record) as unknown };
    }),
  write: (name, value, at) =>
    connection.writeUnder([], async (tx) => {
      const row = { name, at, record: JSON.stringify(value) };
      await tx
        .insertInto('routing_state')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
    }),
  limits: () => connection.read((db) => db.selectFrom('routing_limits').selectAll().execute()),
  saveLimits: (changes, events) =>
    connection.writeUnder([], async (tx) => {
      for (const change of changes) {
        if (change.record === null)
          await tx.deleteFrom('routing_limits').where('scope', '=', change.scope).execute();
        else
          await tx
            .insertInto('routing_limits')
            .values(change)
            .onConflict((conflict) => conflict.column('scope').doUpdateSet(change))
            .execute();
      }
      await append(tx, events);
    }),
  resetProvider: (provider, events) =>
    connection.writeUnder([], async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('routing_limits')
        .where('provider', '=', provider)
        .executeTakeFirst();
      await append(tx, events);
      return Number(numDeletedRows);
    }),
});

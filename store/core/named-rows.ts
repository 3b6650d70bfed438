import type { Selectable, Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Connection } from './connection.ts';
import type { AppendEvents } from './events.ts';
import type { Tables } from './schema.ts';

/** A table of which each row is named by its host and its name. */
type Named = 'check_schedules' | 'window_schedules';

/** The rows of such a table; each is written under a lock of its own. */
export interface NamedRows<Table extends Named> {
  /** Of one host, or of all, in the order of host and name. */
  list(host?: string): Promise<Selectable<Tables[Table]>[]>;
  under<T>(host: string, name: string, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Changes one row, and appends the events of it. */
  change(host: string, name: string, set: object, events: NewEvent[]): Promise<void>;
}

export function createNamedRows<Table extends Named>(
  connection: Connection,
  append: AppendEvents,
  table: Table,
): NamedRows<Table> {
  const named: Named = table;
  const under = <T>(host: string, name: string, work: (tx: Transaction<Tables>) => Promise<T>) =>
    connection.writeUnder([`${table}/${host}/${name}`], work);
  return {
    under,
    list: (host) =>
      connection.read(async (db) => {
        const all = db.selectFrom(named).selectAll().orderBy('host').orderBy('name');
        const rows = await (host === undefined ? all : all.where('host', '=', host)).execute();
        return rows as Selectable<Tables[Table]>[];
      }),
    change: (host, name, set, events) =>
      under(host, name, async (tx) => {
        await tx
          .updateTable(named)
          .set(set)
          .where('host', '=', host)
          .where('name', '=', name)
          .execute();
        await append(tx, events);
      }),
  };
}

import type { NewEvent } from '../../contracts/event.ts';
import type { Catalog, ServiceObservation } from '../../contracts/service.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';

/** What may run (catalogs) and what runs (observations), one set per host. */
export interface ServiceStore {
  /** Writes observations and their events in one transaction. */
  observe(observations: ServiceObservation[], events: NewEvent[], now: number): Promise<void>;
  observed(host?: string): Promise<ServiceObservation[]>;
  /** Removes observations of services that neither the compose file nor the Engine knows any more. */
  forget(host: string, names: string[]): Promise<void>;
  saveCatalog(catalog: Catalog, events: NewEvent[]): Promise<void>;
  catalogs(): Promise<Catalog[]>;
  catalogOf(host: string): Promise<Catalog | null>;
}

export function createServiceStore(connection: Connection, append: AppendEvents): ServiceStore {
  const catalogs = async (host?: string): Promise<Catalog[]> =>
    connection.read(async (db) => {
      let query = db.selectFrom('catalogs').select('catalog');
      if (host !== undefined) query = query.where('host', '=', host);
      return (await query.orderBy('host').execute()).map(
        (row) => JSON.parse(row.catalog) as Catalog,
      );
    });
  return {
    observe: (observations, events, now) =>
      connection.writeUnder([], async (tx) => {
        if (observations.length > 0) {
          const rows = observations.map((seen) => ({
            host: seen.host,
            name: seen.name,
            observation: JSON.stringify(seen),
            updated_at: now,
          }));
          await tx
            .insertInto('services')
            .values(rows)
            .onConflict((conflict) =>
              conflict.columns(['host', 'name']).doUpdateSet((eb) => ({
                observation: eb.ref('excluded.observation'),
                updated_at: eb.ref('excluded.updated_at'),
              })),
            )
            .execute();
        }
        await append(tx, events);
      }),
    observed: (host) =>
      connection.read(async (db) => {
        let query = db.selectFrom('services').select('observation');
        if (host !== undefined) query = query.where('host', '=', host);
        const rows = await query.orderBy('host').orderBy('name').execute();
        return rows.map((row) => JSON.parse(row.observation) as ServiceObservation);
      }),
    forget: (host, names) =>
      connection.writeUnder([], async (tx) => {
        if (names.length === 0) return;
        await tx
          .deleteFrom('services')
          .where('host', '=', host)
          .where('name', 'in', names)
          .execute();
      }),
    saveCatalog: (catalog, events) =>
      connection.writeUnder([], async (tx) => {
        const row = {
          host: catalog.host,
          catalog: JSON.stringify(catalog),
          read_at: Date.parse(catalog.read_at),
        };
        await tx
          .insertInto('catalogs')
          .values(row)
          .onConflict((conflict) => conflict.column('host').doUpdateSet(row))
          .execute();
        await append(tx, events);
      }),
    catalogs: () => catalogs(),
    catalogOf: async (host) => (await catalogs(host))[0] ?? null,
  };
}

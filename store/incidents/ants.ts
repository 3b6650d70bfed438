import type { Connection } from '../core/connection.ts';

/** What is kept of one ant of one host: a structure of the domain. */
export interface KeptAnt {
  host: string;
  state: unknown;
}

/** What ants know of themselves. Their memories of subjects go with the incidents. */
export interface AntStore {
  states(host?: string): Promise<KeptAnt[]>;
}

export const createAntStore = (connection: Connection): AntStore => ({
  states: (host) =>
    connection.read(async (db) => {
      let query = db.selectFrom('ant_states').select(['host', 'state']).orderBy('host');
      if (host !== undefined) query = query.where('host', '=', host);
      const rows = await query.orderBy('ant').execute();
      return rows.map((row) => ({ host: row.host, state: JSON.parse(row.state) as unknown }));
    }),
});

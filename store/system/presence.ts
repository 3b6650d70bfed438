import type { Connection } from '../core/connection.ts';

/** The last heartbeat of a process of VX11. `at` in epoch ms. */
export interface Presence {
  process: string;
  host: string;
  at: number;
  detail: Record<string, unknown>;
}

/** A process without a heartbeat for this long is taken to be dead. */
export const presenceMs = 7000;

export interface PresenceStore {
  beat(presence: Presence): Promise<void>;
  leave(process: string, host: string): Promise<void>;
  list(): Promise<Presence[]>;
}

export function createPresenceStore(connection: Connection): PresenceStore {
  return {
    beat: (presence) =>
      connection.writeUnder([], async (tx) => {
        const row = { ...presence, detail: JSON.stringify(presence.detail) };
        await tx
          .insertInto('presence')
          .values(row)
          .onConflict((conflict) => conflict.columns(['process', 'host']).doUpdateSet(row))
          .execute();
      }),
    leave: (process, host) =>
      connection.writeUnder([], async (tx) => {
        await tx
          .deleteFrom('presence')
          .where('process', '=', process)
          .where('host', '=', host)
          .execute();
      }),
    list: () =>
      connection.read(async (db) => {
        const rows = await db.selectFrom('presence').selectAll().execute();
        return rows.map((row) => ({
          ...row,
          detail: JSON.parse(row.detail) as Record<string, unknown>,
        }));
      }),
  };
}

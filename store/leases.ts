import type { Connection } from './connection.ts';

/** A window's hold on one service: live until its deadline (epoch ms), or without end where that is null. */
export interface Lease {
  window_id: string;
  host: string;
  service: string;
  deadline: number | null;
  /** False while the window still opens its services. */
  is_open: boolean;
}

/** Who may keep a service up, and until when. What is not in here, or is past, holds nothing. */
export interface LeaseStore {
  /** Writes or moves the leases of one window. */
  put(leases: Lease[], now: number): Promise<void>;
  /**
   * Moves the deadline of a window's leases, unless they have ended already.
   * @returns false when there is none left to move: an ended lease is not revived.
   */
  renew(windowId: string, deadline: number | null, now: number): Promise<boolean>;
  /**
   * The window is open: its leases count from now on, until this deadline.
   * @returns false when they were released meanwhile: somebody closed it, and nothing is written
   */
  confirm(windowId: string, deadline: number | null): Promise<boolean>;
  release(windowId: string, services?: string[]): Promise<void>;
  ofHost(host: string): Promise<Lease[]>;
  ofWindow(windowId: string): Promise<Lease[]>;
}

export function createLeaseStore(connection: Connection): LeaseStore {
  const columns = ['window_id', 'host', 'service', 'deadline', 'is_open'] as const;
  const toLease = (row: Omit<Lease, 'is_open'> & { is_open: number }): Lease => ({
    ...row,
    is_open: row.is_open === 1,
  });
  return {
    put: (leases, now) =>
      connection.write(async (tx) => {
        if (leases.length === 0) return;
        await tx
          .insertInto('leases')
          .values(
            leases.map((lease) => ({ ...lease, is_open: Number(lease.is_open), created_at: now })),
          )
          .onConflict((conflict) =>
            conflict.columns(['window_id', 'service']).doUpdateSet((eb) => ({
              deadline: eb.ref('excluded.deadline'),
              is_open: eb.ref('excluded.is_open'),
            })),
          )
          .execute();
      }),
    renew: (windowId, deadline, now) =>
      connection.write(async (tx) => {
        const result = await tx
          .updateTable('leases')
          .set({ deadline })
          .where('window_id', '=', windowId)
          .where((eb) => eb.or([eb('deadline', 'is', null), eb('deadline', '>', now)]))
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
    confirm: (windowId, deadline) =>
      connection.write(async (tx) => {
        const result = await tx
          .updateTable('leases')
          .set({ deadline, is_open: 1 })
          .where('window_id', '=', windowId)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
    release: (windowId, services) =>
      connection.write(async (tx) => {
        if (services?.length === 0) return;
        let query = tx.deleteFrom('leases').where('window_id', '=', windowId);
        if (services !== undefined) query = query.where('service', 'in', services);
        await query.execute();
      }),
    ofHost: (host) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('leases')
          .select(columns)
          .where('host', '=', host)
          .execute();
        return rows.map(toLease);
      }),
    ofWindow: (windowId) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('leases')
          .select(columns)
          .where('window_id', '=', windowId)
          .execute();
        return rows.map(toLease);
      }),
  };
}

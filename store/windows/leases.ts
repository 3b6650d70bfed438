import type { Connection } from '../core/connection.ts';
import { windowKey } from './windows.ts';

/** A window's hold on one service: live until its deadline (epoch ms), or without a limit if that is null. */
export interface Lease {
  window_id: string;
  host: string;
  service: string;
  deadline: number | null;
  /** False while the window still opens its services. */
  is_open: boolean;
  /** The Compose project of its containers; null in leases of older versions. */
  project?: string | null;
}

/**
 * Which windows hold which services, and until when. Only a lease in here whose deadline has not passed holds a
 * service.
 */
export interface LeaseStore {
  /**
   * Writes the leases of a window that is about to open its services.
   * @returns false, without writing, if the window is closing or has ended
   */
  reserve(windowId: string, leases: Lease[], now: number): Promise<boolean>;
  /** Removes the leases of windows that have ended. @returns how many there were */
  sweep(host: string): Promise<number>;
  /**
   * Moves the deadline of a window's live leases.
   * @returns false if there is none: an ended lease is never revived
   */
  renew(windowId: string, deadline: number | null, now: number): Promise<boolean>;
  /**
   * Marks the leases of a window as open, with this deadline.
   * @returns false, without writing, if they were released meanwhile because the window was closed
   */
  confirm(windowId: string, deadline: number | null): Promise<boolean>;
  release(windowId: string, services?: string[]): Promise<void>;
  ofHost(host: string): Promise<Lease[]>;
  ofWindow(windowId: string): Promise<Lease[]>;
  /** When the window first reserved a lease that it still has; epoch ms, null if it has none. */
  reservedAt(windowId: string): Promise<number | null>;
}

/** States in which a window may take leases. */
const openableStates = ['requested', 'queued', 'opening', 'open'] as const;

export function createLeaseStore(connection: Connection): LeaseStore {
  const columns = ['window_id', 'host', 'service', 'deadline', 'is_open', 'project'] as const;
  const toLease = (row: Omit<Lease, 'is_open'> & { is_open: number }): Lease => ({
    ...row,
    is_open: row.is_open === 1,
  });
  return {
    reserve: (windowId, leases, now) =>
      connection.writeUnder([windowKey(windowId)], async (tx) => {
        const window = await tx
          .selectFrom('windows')
          .select('state')
          .where('id', '=', windowId)
          .executeTakeFirst();
        if (window !== undefined && !(openableStates as readonly string[]).includes(window.state)) {
          return false;
        }
        if (leases.length === 0) return true;
        await tx
          .insertInto('leases')
          .values(
            leases.map((lease) => ({
              ...lease,
              project: lease.project ?? null,
              is_open: Number(lease.is_open),
              created_at: now,
            })),
          )
          .onConflict((conflict) =>
            conflict.columns(['window_id', 'service']).doUpdateSet((eb) => ({
              deadline: eb.ref('excluded.deadline'),
              is_open: eb.ref('excluded.is_open'),
              project: eb.ref('excluded.project'),
            })),
          )
          .execute();
        return true;
      }),
    sweep: async (host) => {
      const left = await connection.read((db) =>
        db
          .selectFrom('leases')
          .innerJoin('windows', 'windows.id', 'leases.window_id')
          .select('leases.window_id')
          .where('leases.host', '=', host)
          .where('windows.state', 'in', ['closed', 'failed'])
          .execute(),
      );
      const ids = [...new Set(left.map((row) => row.window_id))];
      if (ids.length === 0) return 0;
      await connection.writeUnder([], (tx) =>
        tx.deleteFrom('leases').where('window_id', 'in', ids).execute(),
      );
      return left.length;
    },
    renew: (windowId, deadline, now) =>
      connection.writeUnder([windowKey(windowId)], async (tx) => {
        const result = await tx
          .updateTable('leases')
          .set({ deadline })
          .where('window_id', '=', windowId)
          .where((eb) => eb.or([eb('deadline', 'is', null), eb('deadline', '>', now)]))
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
    confirm: (windowId, deadline) =>
      connection.writeUnder([windowKey(windowId)], async (tx) => {
        const result = await tx
          .updateTable('leases')
          .set({ deadline, is_open: 1 })
          .where('window_id', '=', windowId)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
    release: (windowId, services) =>
      connection.writeUnder([windowKey(windowId)], async (tx) => {
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
    reservedAt: (windowId) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('leases')
          .select(({ fn }) => fn.min('created_at').as('at'))
          .where('window_id', '=', windowId)
          .executeTakeFirst();
        return row?.at ?? null;
      }),
  };
}

import type { Connection } from '../core/connection.ts';

/** Which process controls a host. */
export interface HostLease {
  host: string;
  /** Identifies one run of one process; the holder chooses its form. */
  holder: string;
  /** When it was last renewed, by the holder's wall clock; epoch ms. */
  at: number;
  /** The last other process that asked for the lease, and when; epoch ms. */
  contender: string | null;
  contended_at: number | null;
}

export interface HostLeaseStore {
  find(host: string): Promise<HostLease | null>;
  /**
   * Takes or renews the lease in one transaction, if it is free, if `holder` has it, or if `isGone` returns true for the
   * known lease. Otherwise it records `holder` as the contender.
   * @returns the lease afterwards; its `holder` shows whether the call succeeded
   */
  take(
    host: string,
    holder: string,
    at: number,
    isGone: (known: HostLease) => boolean,
  ): Promise<HostLease>;
  /** Releases the lease if `holder` still has it. */
  leave(host: string, holder: string): Promise<void>;
}

export function createHostLeaseStore(connection: Connection): HostLeaseStore {
  return {
    find: (host) =>
      connection.read(async (db) => {
        const query = db.selectFrom('host_leases').selectAll().where('host', '=', host);
        return (await query.executeTakeFirst()) ?? null;
      }),
    take: (host, holder, at, isGone) =>
      connection.write(async (tx) => {
        const query = tx.selectFrom('host_leases').selectAll().where('host', '=', host);
        const known = (await query.executeTakeFirst()) ?? null;
        const mine = known === null || known.holder === holder || isGone(known);
        const row: HostLease = mine
          ? {
              host,
              holder,
              at,
              contender: known?.contender ?? null,
              contended_at: known?.contended_at ?? null,
            }
          : { ...known, contender: holder, contended_at: at };
        await tx
          .insertInto('host_leases')
          .values(row)
          .onConflict((conflict) => conflict.column('host').doUpdateSet(row))
          .execute();
        return row;
      }),
    leave: (host, holder) =>
      connection.write(async (tx) => {
        await tx
          .deleteFrom('host_leases')
          .where('host', '=', host)
          .where('holder', '=', holder)
          .execute();
      }),
  };
}

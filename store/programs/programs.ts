import type {
  ProgramCategory,
  ProgramFinding,
  ProgramScan,
  ProgramView,
} from '../../contracts/programs.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { newestViews } from '../core/newest-views.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

/** A finding as it is kept: with the state of its file, and whether its program was asked in that state. */
export interface KeptProgram extends ProgramFinding {
  identity: { realpath: string; inode: string; size: number; mtime_ms: number } | null;
  asked: boolean;
}

/** Scans, and what the newest of each host found. */
export interface ProgramStore extends ViewStore<ProgramScan> {
  /** Everything that was found on a host, by root and name. */
  found(host: string): Promise<KeptProgram[]>;
  /** Replaces everything that was found on a host. */
  replace(host: string, found: readonly KeptProgram[]): Promise<void>;
  /** Those that match all of the filter, by name. */
  list(filter: {
    host?: string | undefined;
    category?: ProgramCategory | undefined;
    usable?: boolean | undefined;
    name?: string | undefined;
  }): Promise<ProgramView[]>;
  /** The newest scan of each host. */
  newestScans(host?: string): Promise<ProgramScan[]>;
}

const toView = ({ host, record }: { host: string; record: string }): ProgramView => {
  const { identity: _identity, asked: _asked, ...finding } = JSON.parse(record) as KeptProgram;
  return { ...finding, host };
};

export function createProgramStore(connection: Connection, append: AppendEvents): ProgramStore {
  return {
    ...createViewStore<ProgramScan>(connection, append, 'program_scans', ({ scan_id }) => scan_id),
    found: (host) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('programs')
          .select('record')
          .where('host', '=', host)
          .orderBy('root')
          .orderBy('name')
          .execute();
        return rows.map(({ record }) => JSON.parse(record) as KeptProgram);
      }),
    replace: (host, found) =>
      connection.writeUnder([`programs/${host}`], async (tx) => {
        await tx.deleteFrom('programs').where('host', '=', host).execute();
        if (found.length === 0) return;
        const rows = found.map((one) => ({
          host,
          root: one.root,
          name: one.name,
          category: one.category,
          usable: one.usable ? 1 : 0,
          record: JSON.stringify(one),
        }));
        await tx.insertInto('programs').values(rows).execute();
      }),
    list: ({ host, category, usable, name }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('programs').select(['host', 'record']);
        if (host !== undefined) query = query.where('host', '=', host);
        if (category !== undefined) query = query.where('category', '=', category);
        if (usable !== undefined) query = query.where('usable', '=', usable ? 1 : 0);
        if (name !== undefined) query = query.where('name', '=', name);
        const rows = await query.orderBy('name').orderBy('host').orderBy('root').execute();
        return rows.map(toView);
      }),
    newestScans: (host) => newestViews<ProgramScan>(connection, 'program_scans', host),
  };
}

import { sql } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Who } from '../../contracts/principal.ts';
import type { Connection } from './connection.ts';
import type { AppendEvents } from './events.ts';

/** What runs once and is kept as a whole: its `view` has everything, the columns beside it only what is searched for. */
export interface KeptView {
  host: string;
  owner: string;
  status: string;
  created_at: string;
  finished_at: string | null;
}

/** The tables of such things; all have the columns of `repairs`. */
type ViewTable =
  | 'check_runs'
  | 'repairs'
  | 'program_scans'
  | 'model_pulls'
  | 'drift_audits'
  | 'audio_jobs'
  | 'audio_batches';

export interface ViewStore<View extends KeptView> {
  /** Writes a new one, or returns the known one with this id. */
  create(
    view: View,
    events: NewEvent[],
    ownerId: string | null,
  ): Promise<{ view: View; created: boolean }>;
  find(id: string): Promise<View | null>;
  /** Null if there is none. */
  ownerOf(id: string): Promise<Who | null>;
  /**
   * Reads, decides and writes in one transaction; `decide` returns null for no change. One that has ended never changes.
   * @returns the view afterwards; null if there is none
   */
  change(
    id: string,
    decide: (view: View) => { view: View; events: NewEvent[] } | null,
  ): Promise<View | null>;
  /** All that have not ended, of one host or of all, oldest first. */
  live(host?: string): Promise<View[]>;
}

/** @param more columns that only this table has */
export function createViewStore<View extends KeptView>(
  connection: Connection,
  append: AppendEvents,
  table: ViewTable,
  idOf: (view: View) => string,
  more: (view: View) => Record<string, string> = () => ({}),
): ViewStore<View> {
  const keyOf = (id: string): string => `${table}/${id}`;
  const toView = ({ view }: { view: string }): View => JSON.parse(view) as View;
  const changing = (view: View) => ({
    status: view.status,
    finished_at: view.finished_at === null ? null : Date.parse(view.finished_at),
    view: JSON.stringify(view),
  });
  return {
    create: (view, events, ownerId) =>
      connection.writeUnder([keyOf(idOf(view))], async (tx) => {
        const known = await tx
          .selectFrom(table)
          .select('view')
          .where('id', '=', idOf(view))
          .executeTakeFirst();
        if (known !== undefined) return { view: toView(known), created: false };
        const row = {
          id: idOf(view),
          host: view.host,
          owner_id: ownerId,
          created_at: Date.parse(view.created_at),
          ...changing(view),
          ...more(view),
        };
        await tx.insertInto(table).values(row).execute();
        await append(tx, events);
        return { view, created: true };
      }),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom(table)
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toView(row);
      }),
    ownerOf: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom(table)
          .select(['view', 'owner_id'])
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : { name: toView(row).owner, principal: row.owner_id };
      }),
    change: (id, decide) =>
      connection.writeUnder([keyOf(id)], async (tx) => {
        const row = await tx
          .selectFrom(table)
          .select(['view', 'finished_at'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) return null;
        const change = row.finished_at === null ? decide(toView(row)) : null;
        if (change === null) return toView(row);
        await tx.updateTable(table).set(changing(change.view)).where('id', '=', id).execute();
        await append(tx, change.events);
        return change.view;
      }),
    live: (host) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom(table)
          .select('view')
          .where(sql<boolean>`finished_at is null`)
          .$if(host !== undefined, (query) => query.where('host', '=', host!))
          .orderBy('created_at')
          .execute();
        return rows.map(toView);
      }),
  };
}

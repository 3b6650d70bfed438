import type { NewEvent } from '../../contracts/event.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';

/** A file before and after a patch, as text. */
export interface KeptFile {
  path: string;
  /** Null if the patch creates the file. */
  before: { text: string; mode: number } | null;
  /** Null if the patch removes the file. */
  after: { text: string; mode: number } | null;
}

/** Changes of files of a stack, each with both of its versions. */
export interface PatchStore {
  /** Writes a new patch, unless it is known. */
  create(view: PatchView, files: KeptFile[]): Promise<void>;
  find(id: string): Promise<PatchView | null>;
  filesOf(id: string): Promise<KeptFile[] | null>;
  /** Reads, decides and writes in one transaction; `decide` returns null for no change. */
  change(
    id: string,
    decide: (view: PatchView) => { view: PatchView; events: NewEvent[] } | null,
  ): Promise<PatchView | null>;
  /** The patches of a host that are proposed, applied or being taken back, and neither kept nor given up. */
  unjudged(host: string): Promise<PatchView[]>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ patches: PatchView[]; next_cursor: string | null }>;
}

/** The form of a cursor of `list`. */
export const patchCursorPattern = cursorPatternOf('patch');

const toView = ({ view }: { view: string }): PatchView => JSON.parse(view) as PatchView;

export function createPatchStore(connection: Connection, append: AppendEvents): PatchStore {
  const keyOf = (id: string): string => `patches/${id}`;
  return {
    create: (view, files) =>
      connection.writeUnder([keyOf(view.patch_id)], async (tx) => {
        const row = {
          id: view.patch_id,
          host: view.host,
          status: view.status,
          created_at: Date.parse(view.created_at),
          view: JSON.stringify(view),
          files: JSON.stringify(files),
        };
        await tx
          .insertInto('patches')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('patches')
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toView(row);
      }),
    filesOf: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('patches')
          .select('files')
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.files) as KeptFile[]);
      }),
    change: (id, decide) =>
      connection.writeUnder([keyOf(id)], async (tx) => {
        const row = await tx
          .selectFrom('patches')
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) return null;
        const change = decide(toView(row));
        if (change === null) return toView(row);
        const { status } = change.view;
        await tx
          .updateTable('patches')
          .set({ status, view: JSON.stringify(change.view) })
          .where('id', '=', id)
          .execute();
        await append(tx, change.events);
        return change.view;
      }),
    unjudged: (host) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('patches')
          .select('view')
          .where('host', '=', host)
          .where('status', 'in', ['proposed', 'applied', 'taking_back'])
          .orderBy('created_at')
          .execute();
        return rows.map(toView);
      }),
    list: ({ limit, cursor }) =>
      connection.read(async (db) => {
        const query = db.selectFrom('patches').select(['view', 'created_at', 'id']);
        const { shown, next_cursor } = await newestPage(query, 'created_at', { limit, cursor });
        return { patches: shown.map(toView), next_cursor };
      }),
  };
}

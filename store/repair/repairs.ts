import type { RepairCandidate, RepairView } from '../../contracts/repair.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';
import type { KeptFile } from './patches.ts';

/** Repairs, and what each of them tried. */
export interface RepairStore extends ViewStore<RepairView> {
  /** Writes the candidates of a cycle, unless they are written already. */
  plan(repairId: string, candidates: KeptCandidate[]): Promise<void>;
  save(repairId: string, candidate: RepairCandidate): Promise<void>;
  /** In the order in which they are tried. */
  candidates(repairId: string): Promise<RepairCandidate[]>;
  /** The files before and after a candidate; null if there is no such candidate. */
  filesOf(repairId: string, cycle: number, nth: number): Promise<KeptFile[] | null>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: {
    status?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ repairs: RepairView[]; next_cursor: string | null }>;
}

export interface KeptCandidate {
  candidate: RepairCandidate;
  files: KeptFile[];
}

/** The form of a cursor of `list`. */
export const repairCursorPattern = cursorPatternOf('repair');

export function createRepairStore(connection: Connection, append: AppendEvents): RepairStore {
  const keyOf = (id: string): string => `repair_candidates/${id}`;
  return {
    ...createViewStore<RepairView>(
      connection,
      append,
      'repairs',
      ({ repair_id }: RepairView) => repair_id,
    ),
    plan: (repairId, candidates) =>
      connection.writeUnder([keyOf(repairId)], async (tx) => {
        if (candidates.length === 0) return;
        const rows = candidates.map(({ candidate, files }) => ({
          repair_id: repairId,
          cycle: candidate.cycle,
          nth: candidate.nth,
          diff_sha256: candidate.diff_sha256,
          record: JSON.stringify(candidate),
          files: JSON.stringify(files),
        }));
        await tx
          .insertInto('repair_candidates')
          .values(rows)
          .onConflict((conflict) => conflict.columns(['repair_id', 'cycle', 'nth']).doNothing())
          .execute();
      }),
    save: (repairId, candidate) =>
      connection.writeUnder([keyOf(repairId)], async (tx) => {
        await tx
          .updateTable('repair_candidates')
          .set({ record: JSON.stringify(candidate) })
          .where('repair_id', '=', repairId)
          .where('cycle', '=', candidate.cycle)
          .where('nth', '=', candidate.nth)
          .execute();
      }),
    candidates: (repairId) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('repair_candidates')
          .select('record')
          .where('repair_id', '=', repairId)
          .orderBy('cycle')
          .orderBy('nth')
          .execute();
        return rows.map(({ record }) => JSON.parse(record) as RepairCandidate);
      }),
    filesOf: (repairId, cycle, nth) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('repair_candidates')
          .select('files')
          .where('repair_id', '=', repairId)
          .where('cycle', '=', cycle)
          .where('nth', '=', nth)
          .executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.files) as KeptFile[]);
      }),
    list: ({ status, limit, cursor }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('repairs').select(['view', 'created_at', 'id']);
        if (status !== undefined) query = query.where('status', '=', status);
        const { shown, next_cursor } = await newestPage(query, 'created_at', { limit, cursor });
        return { repairs: shown.map(({ view }) => JSON.parse(view) as RepairView), next_cursor };
      }),
  };
}

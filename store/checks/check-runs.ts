import type { CheckResult, CheckRunView } from '../../contracts/checks.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

/** One check of a run as the store keeps it. `stored`: what later checks of its suite use. */
export interface KeptResult extends CheckResult {
  nth: number;
  stored: Record<string, string>;
}

/** A result as it is shown: without what only later checks of its suite need. */
export function shownResult(kept: KeptResult): CheckResult {
  const { nth: _nth, stored: _stored, ...result } = kept;
  return result;
}

/** Runs of checks, and the results of their checks. */
export interface CheckStore extends ViewStore<CheckRunView> {
  /** Writes the checks of a run that have not begun, unless they are written already. */
  plan(runId: string, results: KeptResult[]): Promise<void>;
  save(runId: string, results: KeptResult[]): Promise<void>;
  /** In the order of the run. */
  results(runId: string): Promise<KeptResult[]>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: {
    suite?: string | undefined;
    status?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ runs: CheckRunView[]; next_cursor: string | null }>;
}

/** The form of a cursor of `list`. */
export const runCursorPattern = cursorPatternOf('run');

const runKey = (id: string): string => `check_results/${id}`;

const toView = ({ view }: { view: string }): CheckRunView => JSON.parse(view) as CheckRunView;

const rowOf = (runId: string, { nth, ...record }: KeptResult) => ({
  run_id: runId,
  nth,
  status: record.status,
  record: JSON.stringify(record),
});

export function createCheckStore(connection: Connection, append: AppendEvents): CheckStore {
  return {
    ...createViewStore<CheckRunView>(
      connection,
      append,
      'check_runs',
      ({ run_id }) => run_id,
      ({ suite }) => ({ suite }),
    ),
    plan: (runId, results) =>
      connection.writeUnder([runKey(runId)], async (tx) => {
        if (results.length === 0) return;
        await tx
          .insertInto('check_results')
          .values(results.map((result) => rowOf(runId, result)))
          .onConflict((conflict) => conflict.columns(['run_id', 'nth']).doNothing())
          .execute();
      }),
    save: (runId, results) =>
      connection.writeUnder([runKey(runId)], async (tx) => {
        for (const result of results) {
          const { status, record } = rowOf(runId, result);
          await tx
            .updateTable('check_results')
            .set({ status, record })
            .where('run_id', '=', runId)
            .where('nth', '=', result.nth)
            .execute();
        }
      }),
    results: (runId) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('check_results')
          .select(['nth', 'record'])
          .where('run_id', '=', runId)
          .orderBy('nth')
          .execute();
        return rows.map(({ nth, record }) => ({
          ...(JSON.parse(record) as Omit<KeptResult, 'nth'>),
          nth,
        }));
      }),
    list: ({ suite, status, limit, cursor }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('check_runs').select(['view', 'created_at', 'id']);
        if (suite !== undefined) query = query.where('suite', '=', suite);
        if (status !== undefined) query = query.where('status', '=', status);
        const { shown, next_cursor } = await newestPage(query, 'created_at', { limit, cursor });
        return { runs: shown.map(toView), next_cursor };
      }),
  };
}

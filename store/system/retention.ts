import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { PlanView } from '../../contracts/plan.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { endedStates } from '../plans/plans.ts';
import type { Tables } from '../core/schema.ts';

/**
 * Rows, or plans and sessions with all their rows, removed in one transaction: few, so that other writers do not wait
 * long.
 */
const batch = 500;

/** Removes one batch of what is older than `before` (epoch ms). @returns how many rows were removed */
type Piece = (tx: Transaction<Tables>, before: number) => Promise<number>;

/** A table whose rows may be removed by age alone. */
interface ByAge {
  table: keyof Tables;
  column: string;
  /** Rows that stay at any age. */
  but?: RawBuilder<boolean>;
}

const livePlans = sql`select id from plans where status not in (${sql.join(endedStates)})`;

/** Tables whose rows are independent. The newest row of `rails_events` stays, so that numbering continues from it. */
const byAge: ByAge[] = [
  { table: 'reports', column: 'at' },
  { table: 'llm_calls', column: 'at' },
  { table: 'presence', column: 'at' },
  { table: 'host_leases', column: 'at' },
  { table: 'madre_actions', column: 'at', but: sql`plan_id in (${livePlans})` },
  {
    table: 'ia_decisions',
    column: 'at',
    but: sql`plan_id is not null and plan_id in (${livePlans})`,
  },
  { table: 'rails_events', column: 'at', but: sql`seq = (select max(seq) from rails_events)` },
  // a taken intent is removed after its decision, which is removed after its plan
  {
    table: 'rails_intents',
    column: 'at',
    but: sql`status = 'waiting' or (status = 'taken' and decision_id in (select decision_id from ia_decisions))`,
  },
  // one that is applied still has to be judged, and one that is being taken back has to end
  { table: 'patches', column: 'created_at', but: sql`status in ('applied', 'taking_back')` },
  {
    table: 'notices',
    column: 'at',
    but: sql`message_id is null or message_id in (select id from notice_messages where status = 'waiting')`,
  },
  { table: 'notice_messages', column: 'ended_at' },
  { table: 'window_occurrences', column: 'decided_at' },
  { table: 'incidents', column: 'closed_at' },
  { table: 'tokens', column: 'revoked_at' },
  { table: 'tokens', column: 'expires_at' },
  { table: 'web_sessions', column: 'expires_at' },
  { table: 'web_session_links', column: 'expires_at' },
];

/** Removes a batch of the oldest rows; rows with the same instant as the last one of the batch are removed with it. */
const pieceOf =
  ({ table, column, but }: ByAge): Piece =>
  async (tx, before) => {
    const [rows, at] = [sql.table(table), sql.ref(column)];
    const old = sql`${at} < ${before}${but === undefined ? sql`` : sql` and not (${but})`}`;
    const oldest = sql`select ${at} as last from ${rows} where ${old} order by ${at} limit ${batch}`;
    const result = await sql`delete from ${rows} where ${old}
      and ${at} <= (select max(last) from (${oldest}) as oldest)`.execute(tx);
    return Number(result.numAffectedRows ?? 0);
  };

/** Removes windows that ended before `before` and hold no lease. */
const windows: Piece = async (tx, before) => {
  const ended = await tx
    .selectFrom('windows')
    .select('id')
    .where('state', 'in', ['closed', 'failed'])
    .where('closed_at', '<', before)
    .where('id', 'not in', tx.selectFrom('leases').select('window_id'))
    .orderBy('closed_at')
    .limit(batch)
    .execute();
  if (ended.length === 0) return 0;
  const ids = ended.map(({ id }) => id);
  await tx.deleteFrom('windows').where('id', 'in', ids).execute();
  await tx.deleteFrom('window_services').where('id', 'in', ids).execute();
  return ids.length;
};

/** Removes plans, with their steps, that ended before `before`: the time of the request does not count. */
const plans: Piece = async (tx, before) => {
  const ids: string[] = [];
  // those that ended later stay, so that a whole page of candidates may have none to remove
  for (let from = 0, rows = batch; rows === batch && ids.length < batch; from += batch) {
    const candidates = await tx
      .selectFrom('plans')
      .select(['id', 'view'])
      .where('status', 'in', endedStates)
      .where('created_at', '<', before)
      .orderBy('created_at')
      .orderBy('id')
      .limit(batch)
      .offset(from)
      .execute();
    rows = candidates.length;
    for (const { id, view } of candidates) {
      const { finished_at, created_at } = JSON.parse(view) as PlanView;
      if (Date.parse(finished_at ?? created_at) < before) ids.push(id);
    }
  }
  if (ids.length === 0) return 0;
  await tx.deleteFrom('plan_steps').where('plan_id', 'in', ids).execute();
  await tx.deleteFrom('plans').where('id', 'in', ids).execute();
  return ids.length;
};

/** Removes what ended before `before`, with its rows in another table, if it has some. */
const ended =
  (
    table:
      | 'check_runs'
      | 'repairs'
      | 'program_scans'
      | 'model_pulls'
      | 'drift_audits'
      | 'audio_jobs'
      | 'audio_batches',
    its: { rows: 'check_results' | 'repair_candidates' | 'audio_reports'; key: string } | null,
  ): Piece =>
  async (tx, before) => {
    const old = await tx
      .selectFrom(table)
      .select('id')
      .where('finished_at', '<', before)
      .orderBy('finished_at')
      .limit(batch)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    if (its !== null) {
      const match = sql`${sql.ref(its.key)} in (${sql.join(ids)})`;
      await sql`delete from ${sql.table(its.rows)} where ${match}`.execute(tx);
    }
    await tx.deleteFrom(table).where('id', 'in', ids).execute();
    return ids.length;
  };

/** Removes sessions whose last turn is old; sessions in use lose only their old turns. */
const sessions: Piece = async (tx, before) => {
  const still = await tx
    .selectFrom('sessions')
    .select(['owner', 'id'])
    .where('updated_at', '<', before)
    .limit(batch)
    .execute();
  for (const { owner, id } of still) {
    const turns = tx.deleteFrom('session_turns').where('owner', '=', owner);
    await turns.where('session_id', '=', id).execute();
    await tx.deleteFrom('sessions').where('owner', '=', owner).where('id', '=', id).execute();
  }
  return still.length;
};

const pieces: [table: keyof Tables, piece: Piece][] = [
  ['windows', windows],
  ['plans', plans],
  ['check_runs', ended('check_runs', { rows: 'check_results', key: 'run_id' })],
  ['repairs', ended('repairs', { rows: 'repair_candidates', key: 'repair_id' })],
  ['program_scans', ended('program_scans', null)],
  ['model_pulls', ended('model_pulls', null)],
  ['drift_audits', ended('drift_audits', null)],
  ['audio_jobs', ended('audio_jobs', { rows: 'audio_reports', key: 'job_id' })],
  ['audio_batches', ended('audio_batches', null)],
  ['sessions', sessions],
  ['session_turns', pieceOf({ table: 'session_turns', column: 'at' })],
  ...byAge.map((rule): [keyof Tables, Piece] => [rule.table, pieceOf(rule)]),
];

/** Removes old rows from every table that would grow without limit; `AuditStore.prune` does so for the chained logs. */
export interface RetentionStore {
  /**
   * Removes what ended before `before` (epoch ms), never what runs, waits or is held, and writes the event that records
   * it.
   * @returns how many rows were removed from each table; steps and turns that go with a plan or session are not counted
   */
  forget(ask: { before: number; now: number; actor: string }): Promise<Record<string, number>>;
}

export function createRetentionStore(connection: Connection, append: AppendEvents): RetentionStore {
  return {
    async forget({ before, now, actor }) {
      const removed: Record<string, number> = {};
      for (const [table, piece] of pieces) {
        for (let rows = batch; rows >= batch;) {
          rows = await connection.write((tx) => piece(tx, before));
          if (rows > 0) removed[table] = (removed[table] ?? 0) + rows;
        }
      }
      if (Object.keys(removed).length === 0) return removed;
      const event = { type: 'store.pruned' as const, at: now, actor, payload: { removed } };
      await connection.write((tx) => append(tx, [event]).then(() => undefined));
      return removed;
    },
  };
}

import type { Decision, DecisionEffect } from '../../contracts/autonomy.ts';
import type { NewEvent } from '../../contracts/event.ts';
import { isoTimeOrNull } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';

/** Whether the loop should run, and its progress. Instants in epoch ms. */
export type AutonomyState = Omit<Tables['autonomy'], 'id' | 'running'> & { running: boolean };

/** The columns of a decision, without the decision itself. */
export type DecisionRow = Omit<Tables['ia_decisions'], 'decision_json' | 'effect'> & {
  effect: DecisionEffect | null;
};

/** madre's loop: its switch, its decisions and their effects. */
export interface AutonomyStore {
  state(): Promise<AutonomyState>;
  /** @returns false, without writing, if the loop already runs */
  start(by: string, now: number, events: NewEvent[]): Promise<boolean>;
  /** @returns false, without writing, if the loop does not run */
  stop(by: string, now: number, events: NewEvent[]): Promise<boolean>;
  /** Records that the Schedule exists, for the madre on this host, with this interval. */
  scheduled(host: string, seconds: number): Promise<void>;
  /** Counts a round, unless the loop is stopped; `hash` is null if nothing had changed. */
  countRound(now: number, hash: string | null): Promise<void>;
  /** Writes a decision and its event, once. */
  decide(decision: Decision, events: NewEvent[]): Promise<void>;
  /** Updates the plan, the plan's status and the effect of a decision. */
  update(id: string, change: DecisionChange): Promise<void>;
  find(id: string): Promise<Decision | null>;
  /** Newest first. */
  list(limit: number): Promise<Decision[]>;
  /** Decisions other than `wait`, newest first, without their inputs. */
  acted(since: number, limit: number): Promise<DecisionRow[]>;
  /** Counts decisions since an instant (epoch ms) by action, by effect and by status of their plan. */
  counts(
    since: number,
  ): Promise<Record<'action' | 'effect' | 'plan_status', Record<string, number>>>;
}

export type DecisionChange = Partial<
  Pick<DecisionRow, 'plan_id' | 'plan_status' | 'effect' | 'effect_at'>
>;

const toDecision = (row: Tables['ia_decisions']): Decision => ({
  ...(JSON.parse(row.decision_json) as Decision),
  plan_id: row.plan_id,
  plan_status: row.plan_status,
  effect: row.effect as DecisionEffect | null,
  effect_at: isoTimeOrNull(row.effect_at),
});

export function createAutonomyStore(connection: Connection, append: AppendEvents): AutonomyStore {
  const change = (set: Partial<Tables['autonomy']>, from: 0 | 1, events: NewEvent[]) =>
    connection.writeUnder([], async (tx) => {
      const result = await tx
        .updateTable('autonomy')
        .set(set)
        .where('running', '=', from)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) return false;
      await append(tx, events);
      return true;
    });
  return {
    state: () =>
      connection.read(async (db) => {
        const row = await db.selectFrom('autonomy').selectAll().executeTakeFirstOrThrow();
        const { id: _, running, ...rest } = row;
        return { ...rest, running: running === 1 };
      }),
    start: (by, now, events) => {
      const fresh = { rounds: 0, last_round_at: null, last_change_at: null, last_hash: null };
      return change({ running: 1, started_at: now, started_by: by, ...fresh }, 0, events);
    },
    stop: (by, now, events) => change({ running: 0, stopped_at: now, stopped_by: by }, 1, events),
    scheduled: (host, seconds) =>
      connection.writeUnder([], async (tx) => {
        await tx.updateTable('autonomy').set({ host, interval_seconds: seconds }).execute();
      }),
    countRound: (now, hash) =>
      connection.writeUnder([], async (tx) => {
        await tx
          .updateTable('autonomy')
          .set((eb) => ({
            rounds: eb('rounds', '+', eb.ref('running')),
            last_round_at: now,
            ...(hash !== null && { last_hash: hash, last_change_at: now }),
          }))
          .execute();
      }),
    decide: (decision, events) =>
      connection.writeUnder([`decision/${decision.decision_id}`], async (tx) => {
        const { decision_id, at, key, action, by, correlation_id } = decision;
        const known = await tx
          .selectFrom('ia_decisions')
          .select('decision_id')
          .where('decision_id', '=', decision_id)
          .executeTakeFirst();
        if (known !== undefined) return;
        const row = { decision_id, at: Date.parse(at), key, action, by, correlation_id };
        const open = { plan_id: null, plan_status: null, effect: null, effect_at: null };
        await tx
          .insertInto('ia_decisions')
          .values({ ...row, ...open, decision_json: JSON.stringify(decision) })
          .execute();
        await append(tx, events);
      }),
    update: (id, set) =>
      connection.writeUnder([], async (tx) => {
        await tx.updateTable('ia_decisions').set(set).where('decision_id', '=', id).execute();
      }),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('ia_decisions')
          .selectAll()
          .where('decision_id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toDecision(row);
      }),
    list: (limit) =>
      connection.read(async (db) => {
        const query = db.selectFrom('ia_decisions').selectAll();
        const rows = await query.orderBy('at', 'desc').limit(limit).execute();
        return rows.map(toDecision);
      }),
    acted: (since, limit) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('ia_decisions')
          .select(['decision_id', 'at', 'key', 'action', 'by', 'plan_id', 'plan_status'])
          .select(['effect', 'effect_at', 'correlation_id'])
          .where('action', '!=', 'wait')
          .where('at', '>=', since)
          .orderBy('at', 'desc')
          .limit(limit)
          .execute();
        return rows as DecisionRow[];
      }),
    counts: (since) =>
      connection.read(async (db) => {
        const count = async (column: 'action' | 'effect' | 'plan_status') => {
          const rows = await db
            .selectFrom('ia_decisions')
            .select(({ fn }) => [column, fn.countAll().as('count')])
            .where('at', '>=', since)
            .where(column, 'is not', null)
            .groupBy(column)
            .execute();
          return Object.fromEntries(rows.map((row) => [row[column] ?? '', Number(row.count)]));
        };
        return {
          action: await count('action'),
          effect: await count('effect'),
          plan_status: await count('plan_status'),
        };
      }),
  };
}

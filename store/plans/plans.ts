import type { Transaction } from 'kysely';
import type { PlanStatus, PlanView } from '../../contracts/plan.ts';
import { confirmHashOf, lookupHashOf, sameHash } from '../../platform/plan-token.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import type { Tables } from '../core/schema.ts';
import { noteAction } from './actions.ts';
import { refusalOfAsk } from './asks.ts';
import {
  peopleOf,
  stepRow,
  toRow,
  withSteps,
  type PlanHeader,
  type PlanPeople,
} from './plan-rows.ts';
import type { PlanChange, PlanStore } from './plan-store.ts';

/** Final states of a plan. */
export const endedStates: PlanStatus[] = ['DONE', 'ERROR', 'REJECTED', 'CANCELLED'];

const planKey = (id: string): string => `plan/${id}`;

export function createPlanStore(connection: Connection, append: AppendEvents): PlanStore {
  const write = async (
    tx: Transaction<Tables>,
    { plan, events, token, approver_id }: PlanChange,
    people: PlanPeople,
  ): Promise<void> => {
    const approvers = [...people.approvers.map(({ principal }) => principal), approver_id];
    const header = {
      ...toRow(plan),
      ...token,
      ...(approver_id !== undefined && { approver_ids: JSON.stringify(approvers) }),
    };
    await tx.updateTable('plans').set(header).where('id', '=', plan.plan_id).execute();
    for (const step of plan.steps) {
      const row = stepRow(plan.plan_id, step);
      await tx
        .updateTable('plan_steps')
        .set({ status: row.status, record: row.record })
        .where('plan_id', '=', row.plan_id)
        .where('nth', '=', row.nth)
        .where('record', '!=', row.record)
        .execute();
    }
    await append(tx, events);
  };
  /**
   * @param decidedSince null for plans that wait; otherwise decided plans, requested at or after this instant (epoch
   * ms)
   */
  const ofToken = (token: string, decidedSince: number | null): Promise<PlanView | null> =>
    connection.read(async (db) => {
      const asked = db
        .selectFrom('plans')
        .select(['id', 'view', 'confirm_hash'])
        .where('status', decidedSince === null ? '=' : '!=', 'WAITING')
        .where('created_at', '>=', decidedSince ?? 0);
      // plans of a version that kept no lookup hash; they expire with their confirmations
      const older = asked.where('lookup_hash', 'is', null).where('confirm_hash', 'is not', null);
      for (const query of [asked.where('lookup_hash', '=', lookupHashOf(token)), older]) {
        const mine = (await query.execute()).find(({ view, confirm_hash }) => {
          const { plan_hash } = JSON.parse(view) as PlanHeader;
          return confirm_hash !== null && sameHash(confirm_hash, confirmHashOf(plan_hash, token));
        });
        if (mine !== undefined) return (await withSteps(db, [mine]))[0]!;
      }
      return null;
    });
  const newestWhere = (
    column: 'correlation_id' | 'intent_id',
    value: string,
  ): Promise<PlanView | null> =>
    connection.read(async (db) => {
      const rows = await db
        .selectFrom('plans')
        .select(['id', 'view'])
        .where(column, '=', value)
        .orderBy('created_at', 'desc')
        .limit(1)
        .execute();
      return (await withSteps(db, rows))[0] ?? null;
    });
  return {
    insert: (plan, token, events, actorId = null, ask) =>
      connection.writeUnder(ask === undefined ? [] : [`asker/${actorId}`], async (tx) => {
        if (ask !== undefined) {
          const refusal = await refusalOfAsk(tx, plan.plan_id, actorId ?? '', ask);
          if (refusal !== null) return refusal;
        }
        const started = endedStates.includes(plan.status) ? 1 : 0;
        await tx
          .insertInto('plans')
          .values({
            ...toRow(plan),
            ...(token ?? { confirm_hash: null, lookup_hash: null }),
            actor_id: actorId,
            approver_ids: null,
            content_hash: ask?.content_hash ?? null,
            started,
          })
          .execute();
        if (plan.steps.length > 0) {
          await tx
            .insertInto('plan_steps')
            .values(plan.steps.map((step) => stepRow(plan.plan_id, step)))
            .execute();
        }
        await append(tx, events);
        return null;
      }),
    find: (id) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('plans')
          .select(['id', 'view'])
          .where('id', '=', id)
          .execute();
        return (await withSteps(db, rows))[0] ?? null;
      }),
    confirmHash: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('plans')
          .select('confirm_hash')
          .where('id', '=', id)
          .executeTakeFirst();
        return row?.confirm_hash ?? null;
      }),
    people: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('plans')
          .select(['view', 'actor_id', 'approver_ids'])
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : peopleOf(JSON.parse(row.view) as PlanHeader, row);
      }),
    change: (id, decide) =>
      connection.writeUnder([planKey(id)], async (tx) => {
        const rows = await tx
          .selectFrom('plans')
          .select(['id', 'view', 'confirm_hash', 'actor_id', 'approver_ids'])
          .where('id', '=', id)
          .execute();
        const [plan] = await withSteps(tx, rows);
        if (plan === undefined) return null;
        if (endedStates.includes(plan.status)) return plan;
        const { confirm_hash } = rows[0]!;
        const people = peopleOf(plan, rows[0]!);
        const change = decide(plan, confirm_hash, people);
        if (change === null) return plan;
        await write(tx, change, people);
        return change.plan;
      }),
    saveStep: (planId, step, events, action) =>
      connection.writeUnder([planKey(planId)], async (tx) => {
        const row = stepRow(planId, step);
        const live = await tx
          .selectFrom('plans')
          .select('id')
          .where('id', '=', planId)
          .where('status', 'not in', endedStates)
          .executeTakeFirst();
        if (live === undefined) return false;
        if (action !== undefined && !(await noteAction(tx, action))) return false;
        await tx
          .updateTable('plan_steps')
          .set({ status: row.status, record: row.record })
          .where('plan_id', '=', planId)
          .where('nth', '=', row.nth)
          .execute();
        await append(tx, events);
        return true;
      }),
    list: ({ status, actor, risk, source, limit, cursor }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('plans').select(['id', 'view', 'created_at']);
        if (status !== undefined) query = query.where('status', '=', status);
        if (actor !== undefined) query = query.where('actor', '=', actor);
        if (risk !== undefined) query = query.where('risk', '=', risk);
        if (source !== undefined) query = query.where('source', '=', source);
        const { shown, next_cursor } = await newestPage(query, 'created_at', { limit, cursor });
        return { plans: await withSteps(db, shown), next_cursor };
      }),
    newestOf: (correlationId) => newestWhere('correlation_id', correlationId),
    ofIntent: (intentId) => newestWhere('intent_id', intentId),
    waitingFor: (token) => ofToken(token, null),
    decidedWith: (token, since) => ofToken(token, since),
    unstarted: (before) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('plans')
          .select(['id', 'view'])
          .where('started', '=', 0)
          .where('created_at', '<', before)
          .where('status', 'not in', endedStates)
          .orderBy('created_at')
          .limit(100)
          .execute();
        return withSteps(db, rows);
      }),
    started: (id) =>
      connection.writeUnder([], async (tx) => {
        await tx.updateTable('plans').set({ started: 1 }).where('id', '=', id).execute();
      }),
    counts: () =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('plans')
          .select((eb) => ['status', eb.fn.countAll<number | string>().as('count')])
          .groupBy('status')
          .execute();
        return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
      }),
  };
}

/** The form of a cursor of `list`. */
export const planCursorPattern = cursorPatternOf('plan');

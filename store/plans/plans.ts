import type { Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Who } from '../../contracts/principal.ts';
import type { PlanStatus, PlanStep, PlanView } from '../../contracts/plan.ts';
import { noteAction, type MadreAction } from './actions.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import {
  confirmHashOf,
  lookupHashOf,
  sameHash,
  type KeptToken,
} from '../../platform/plan-token.ts';
import type { Tables } from '../core/schema.ts';

/** Final states of a plan. */
export const endedStates: PlanStatus[] = ['DONE', 'ERROR', 'REJECTED', 'CANCELLED'];

type Header = Omit<PlanView, 'steps'>;

/** A change of a plan, decided on its current state. */
export interface PlanChange {
  plan: PlanView;
  events: NewEvent[];
  /** The hashes of a new confirm token, which voids the previous one. */
  token?: KeptToken;
  /** The principal of the person who confirms with this change; null where only the name is known. */
  approver_id?: string | null;
}

/** Who requested a plan, and who confirmed it, in order. */
export interface PlanPeople {
  actor: Who;
  approvers: Who[];
}

/** Plans and their steps, as their workflows last reported them. */
export interface PlanStore {
  insert(
    plan: PlanView,
    token: KeptToken | null,
    events: NewEvent[],
    actorId?: string | null,
  ): Promise<void>;
  find(id: string): Promise<PlanView | null>;
  /** The hash of its confirm token; null if it has none. */
  confirmHash(id: string): Promise<string | null>;
  /** Null if there is no such plan. */
  people(id: string): Promise<PlanPeople | null>;
  /**
   * Reads, decides and writes in one transaction; `decide` returns null for no change. A plan that has ended never
   * changes.
   * @returns the plan afterwards; null if there is none
   */
  change(
    id: string,
    decide: (plan: PlanView, confirmHash: string | null, people: PlanPeople) => PlanChange | null,
  ): Promise<PlanView | null>;
  /**
   * Writes the current state of one step, with the action that it carried out.
   * @returns false if nothing was written: the plan has ended, or the action is already recorded
   */
  saveStep(
    planId: string,
    step: PlanStep,
    events: NewEvent[],
    action?: MadreAction,
  ): Promise<boolean>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: {
    status?: PlanStatus;
    limit: number;
    cursor?: string;
  }): Promise<{ plans: PlanView[]; next_cursor: string | null }>;
  newestOf(correlationId: string): Promise<PlanView | null>;
  /** The newest plan for this intent. */
  ofIntent(intentId: string): Promise<PlanView | null>;
  /** The plan that waits for this confirm token; null if none does. */
  waitingFor(token: string): Promise<PlanView | null>;
  /** The plan with this confirm token that was decided or has expired, requested at or after `since` (epoch ms). */
  decidedWith(token: string, since: number): Promise<PlanView | null>;
  /** Up to 100 live plans whose workflow has not been started, requested before `before` (epoch ms), oldest first. */
  unstarted(before: number): Promise<PlanView[]>;
  started(id: string): Promise<void>;
  counts(): Promise<Partial<Record<PlanStatus, number>>>;
}

function headerOf(plan: PlanView): Header {
  const { steps: _, ...header } = plan;
  return header;
}

type PlanRow = Omit<
  Tables['plans'],
  'started' | 'confirm_hash' | 'lookup_hash' | 'actor_id' | 'approver_ids'
>;

const toRow = (plan: PlanView): PlanRow => ({
  id: plan.plan_id,
  status: plan.status,
  correlation_id: plan.correlation_id,
  created_at: Date.parse(plan.created_at),
  intent_id: plan.intent_id,
  view: JSON.stringify(headerOf(plan)),
});

const stepRow = (planId: string, step: PlanStep): Tables['plan_steps'] => ({
  plan_id: planId,
  nth: Number(step.step_id.slice(1)),
  status: step.status,
  record: JSON.stringify(step),
});

function peopleOf(
  { actor, confirmation }: Header,
  row: Pick<Tables['plans'], 'actor_id' | 'approver_ids'>,
): PlanPeople {
  const ids = JSON.parse(row.approver_ids ?? '[]') as (string | null)[];
  const approvals = confirmation?.approvals ?? [];
  return {
    actor: { name: actor, principal: row.actor_id },
    approvers: approvals.map(({ by }, at) => ({ name: by, principal: ids[at] ?? null })),
  };
}

const planKey = (id: string): string => `plan/${id}`;

type Reader = Pick<Transaction<Tables>, 'selectFrom'>;

async function withSteps(db: Reader, rows: { id: string; view: string }[]): Promise<PlanView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const found = await db
    .selectFrom('plan_steps')
    .select(['plan_id', 'record'])
    .where('plan_id', 'in', ids)
    .orderBy('nth')
    .execute();
  const steps = Map.groupBy(found, ({ plan_id }) => plan_id);
  return rows.map(({ id, view }) => ({
    ...(JSON.parse(view) as Header),
    steps: (steps.get(id) ?? []).map(({ record }) => JSON.parse(record) as PlanStep),
  }));
}

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
          const { plan_hash } = JSON.parse(view) as Header;
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
    insert: (plan, token, events, actorId = null) =>
      connection.writeUnder([], async (tx) => {
        const started = endedStates.includes(plan.status) ? 1 : 0;
        await tx
          .insertInto('plans')
          .values({
            ...toRow(plan),
            ...(token ?? { confirm_hash: null, lookup_hash: null }),
            actor_id: actorId,
            approver_ids: null,
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
        return row === undefined ? null : peopleOf(JSON.parse(row.view) as Header, row);
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
    list: ({ status, limit, cursor }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('plans').select(['id', 'view', 'created_at']);
        if (status !== undefined) query = query.where('status', '=', status);
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

import type { Transaction } from 'kysely';
import type { Who } from '../../contracts/principal.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import type { Tables } from '../core/schema.ts';

/** A plan without its steps, which have rows of their own. */
export type PlanHeader = Omit<PlanView, 'steps'>;

/** Who requested a plan, and who confirmed it, in order. */
export interface PlanPeople {
  actor: Who;
  approvers: Who[];
}

function headerOf(plan: PlanView): PlanHeader {
  const { steps: _, ...header } = plan;
  return header;
}

type PlanRow = Omit<
  Tables['plans'],
  'started' | 'confirm_hash' | 'lookup_hash' | 'actor_id' | 'approver_ids' | 'content_hash'
>;

/** The columns of a plan. */
export const toRow = (plan: PlanView): PlanRow => ({
  id: plan.plan_id,
  status: plan.status,
  correlation_id: plan.correlation_id,
  created_at: Date.parse(plan.created_at),
  intent_id: plan.intent_id,
  actor: plan.actor,
  risk: plan.risk,
  source: plan.source,
  view: JSON.stringify(headerOf(plan)),
});

export const stepRow = (planId: string, step: PlanStep): Tables['plan_steps'] => ({
  plan_id: planId,
  nth: Number(step.step_id.slice(1)),
  status: step.status,
  record: JSON.stringify(step),
});

export function peopleOf(
  { actor, confirmation }: PlanHeader,
  row: Pick<Tables['plans'], 'actor_id' | 'approver_ids'>,
): PlanPeople {
  const ids = JSON.parse(row.approver_ids ?? '[]') as (string | null)[];
  const approvals = confirmation?.approvals ?? [];
  return {
    actor: { name: actor, principal: row.actor_id },
    approvers: approvals.map(({ by }, at) => ({ name: by, principal: ids[at] ?? null })),
  };
}

type Reader = Pick<Transaction<Tables>, 'selectFrom'>;

/** Reads the steps of these rows, which make whole plans. */
export async function withSteps(
  db: Reader,
  rows: { id: string; view: string }[],
): Promise<PlanView[]> {
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
    ...(JSON.parse(view) as PlanHeader),
    steps: (steps.get(id) ?? []).map(({ record }) => JSON.parse(record) as PlanStep),
  }));
}

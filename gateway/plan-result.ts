import type { ResultAnswer } from '../contracts/intent.ts';
import { planId, type PlanStatus, type PlanView } from '../contracts/plan.ts';
import { planHasEnded } from '../domain/plan-state.ts';
import { toldOf } from './told-by-store.ts';
import type { GatewayContext } from './context.ts';

const statuses: Record<PlanStatus, ResultAnswer['status']> = {
  PENDING: 'QUEUED',
  WAITING: 'WAITING',
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  ERROR: 'ERROR',
  REJECTED: 'ERROR',
  CANCELLED: 'ERROR',
};

/**
 * By a plan's id, or by the correlation id that it was asked under; an intent without a plan yet is queued, but
 * for one that had no turn.
 * @param waitMs how long the caller waits for an end
 * @returns null where nothing is known under this id
 */
export async function planResult(
  context: GatewayContext,
  id: string,
  waitMs: number,
): Promise<ResultAnswer | null> {
  const { plans, intents } = context.store();
  const timestamp = new Date(context.clock()).toISOString();
  const find = () => (planId.safeParse(id).success ? plans.find(id) : plans.newestOf(id));
  const now = await find();
  const waits = now !== null && !planHasEnded(now) && waitMs > 0;
  const signal = AbortSignal.timeout(Math.max(1, waitMs));
  const plan = waits
    ? await toldOf(context.store, find, planHasEnded, signal).catch(() => find())
    : now;
  if (plan !== null) return { ...resultOf(plan), timestamp };
  const intent = await intents.newestOf(id);
  if (intent === null) return null;
  const { error } = intent.payload;
  const refused = typeof error === 'string' ? error : null;
  return {
    correlation_id: id,
    status: refused === null ? 'QUEUED' : 'ERROR',
    mode: 'MADRE',
    provider: null,
    result: { intent_id: intent.intent_id },
    error: refused,
    timestamp,
  };
}

const resultOf = (plan: PlanView): Omit<ResultAnswer, 'timestamp'> => ({
  correlation_id: plan.correlation_id,
  status: statuses[plan.status],
  mode: plan.steps.some(({ type }) => type === 'SPAWN') ? 'SPAWNER' : 'MADRE',
  provider: null,
  result: { plan_id: plan.plan_id, risk: plan.risk, steps: plan.steps, warnings: plan.warnings },
  error: plan.error?.code ?? (plan.status === 'CANCELLED' ? 'cancelled' : null),
});

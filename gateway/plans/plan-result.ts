import type { IntentRecord, ResultAnswer } from '../../contracts/intent.ts';
import type { ScannerIntentState } from '../../contracts/rails.ts';
import type { IntentEnd } from '../../store/incidents/rails.ts';
import { planId, type PlanStatus, type PlanView } from '../../contracts/plan.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import { waitUntilStored } from '../reads/wait-for-store.ts';
import type { GatewayContext } from '../context.ts';

const statuses: Record<PlanStatus, ResultAnswer['status']> = {
  PENDING: 'QUEUED',
  WAITING: 'WAITING',
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  ERROR: 'ERROR',
  REJECTED: 'ERROR',
  CANCELLED: 'ERROR',
};

/** madre makes a plan within 3 s. After this long it was killed before, and no plan will be made. */
const plannedWithinMs = 60_000;

/** Whether an intent without a plan will not get one. */
export const isNotPlanned = ({ at }: IntentRecord, now: number): boolean =>
  now - Date.parse(at) >= plannedWithinMs;

/**
 * The result of a plan, by its id or by the correlation id of its request; for an intent without a plan, its own state.
 * @param waitMs how long the caller waits for the plan to end
 * @returns null if nothing has this id
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
    ? await waitUntilStored(context.store, find, planHasEnded, signal).catch(() => find())
    : now;
  if (plan !== null) return { ...resultOf(plan), timestamp };
  const intent = await intents.newestOf(id);
  return intent === null ? null : withoutPlan(context, intent);
}

/** The result of one intent; other requests with its correlation id do not matter. */
export async function intentResult(
  context: GatewayContext,
  intent: IntentRecord,
): Promise<ResultAnswer> {
  const plan = await context.store().plans.ofIntent(intent.intent_id);
  if (plan === null) return withoutPlan(context, intent);
  return { ...resultOf(plan), timestamp: new Date(context.clock()).toISOString() };
}

async function withoutPlan(context: GatewayContext, intent: IntentRecord): Promise<ResultAnswer> {
  const timestamp = new Date(context.clock()).toISOString();
  if (intent.source === 'scanner') {
    const found = await scannerResult(context, intent);
    if (found !== null) return { ...found, timestamp };
  }
  return { ...planless(intent, context.clock()), timestamp };
}

type Result = Omit<ResultAnswer, 'timestamp'>;

const blank = ({ correlation_id, intent_id }: IntentRecord) => ({
  correlation_id,
  mode: 'MADRE' as const,
  provider: null,
  result: { intent_id },
  error: null,
});

/** The result of an intent that was refused without asking madre, was a dry run, or has no plan yet. */
function planless(intent: IntentRecord, now: number): Result {
  const { refused, dry_run, answered_by } = intent.payload;
  const none = blank(intent);
  if (typeof refused === 'string') {
    const mode = refused === 'off_by_policy' ? 'FALLBACK' : 'MADRE';
    return { ...none, status: 'ERROR', mode, error: refused };
  }
  if (typeof answered_by === 'object' && answered_by !== null) {
    const { provider, ...result } = answered_by as { provider: string };
    return {
      ...none,
      status: 'DONE',
      mode: 'SWITCH',
      provider,
      result: { ...none.result, ...result },
    };
  }
  if (dry_run === true) return { ...none, status: 'DONE' };
  if (!isNotPlanned(intent, now)) return { ...none, status: 'QUEUED' };
  return { ...none, status: 'ERROR', error: 'not_planned' };
}

/** The result of a scanner's intent, by its lane and by the plan that madre made; null if retention removed it. */
async function scannerResult(
  { store }: GatewayContext,
  intent: IntentRecord,
): Promise<Result | null> {
  const { rails, autonomy, plans } = store();
  const row = await rails.find(intent.intent_id);
  if (row === null) return null;
  const decision = row.decision_id === null ? null : await autonomy.find(row.decision_id);
  const made = decision?.plan_id ?? null;
  const plan = made === null ? null : await plans.find(made);
  if (plan !== null) return { ...resultOf(plan), correlation_id: intent.correlation_id };
  return { ...blank(intent), ...railStates[row.status as RailState] };
}

type RailState = ScannerIntentState | 'taken' | IntentEnd;

const railStates: Record<RailState, Pick<Result, 'status' | 'error'>> = {
  waiting: { status: 'QUEUED', error: null },
  taken: { status: 'RUNNING', error: null },
  recorded: { status: 'DONE', error: null },
  done: { status: 'DONE', error: null },
  missed: { status: 'ERROR', error: 'lane_missing' },
  failed: { status: 'ERROR', error: 'failed' },
  refused: { status: 'ERROR', error: 'refused' },
};

const resultOf = (plan: PlanView): Result => ({
  correlation_id: plan.correlation_id,
  status: statuses[plan.status],
  mode: plan.steps.some(({ type }) => type === 'SPAWN') ? 'SPAWNER' : 'MADRE',
  provider: null,
  result: { plan_id: plan.plan_id, risk: plan.risk, steps: plan.steps, warnings: plan.warnings },
  error: plan.error?.code ?? (plan.status === 'CANCELLED' ? 'cancelled' : null),
});

import type { IntentRecord, ResultAnswer } from '../../contracts/intent.ts';
import type { ScannerIntentState } from '../../contracts/rails.ts';
import type { IntentEnd } from '../../store/incidents/rails.ts';
import { planId, type PlanStatus, type PlanView } from '../../contracts/plan.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import { toldOf } from '../reads/wait-for-store.ts';
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

/** madre has a plan of what was said within 3 s; after this long she was killed before it, and nothing comes of it. */
const plannedWithinMs = 60_000;

/** No plan comes of it any more. */
export const isNotPlanned = ({ at }: IntentRecord, now: number): boolean =>
  now - Date.parse(at) >= plannedWithinMs;

/**
 * By a plan's id, or by the correlation id that it was asked under; an intent without a plan is told by what it is.
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
  return intent === null ? null : withoutPlan(context, intent);
}

/** What became of one intent, whatever else was asked under its correlation id. */
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

/** What was refused before madre heard of it, only shown, or not planned yet. */
function planless(intent: IntentRecord, now: number): Result {
  const { refused, dry_run } = intent.payload;
  const none = blank(intent);
  if (typeof refused === 'string') {
    const mode = refused === 'off_by_policy' ? 'FALLBACK' : 'MADRE';
    return { ...none, status: 'ERROR', mode, error: refused };
  }
  if (dry_run === true) return { ...none, status: 'DONE' };
  if (!isNotPlanned(intent, now)) return { ...none, status: 'QUEUED' };
  return { ...none, status: 'ERROR', error: 'not_planned' };
}

/** A scanner's intent, by its rails and by the plan that madre made of it; null where retention removed it. */
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

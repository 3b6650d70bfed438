import type {
  PlanStatus,
  PlanStep,
  PlanView,
  StepError,
  StepStatus,
} from '../../contracts/plan.ts';

const ends: ReadonlySet<PlanStatus> = new Set(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);

/** A plan that ended is not changed any more. */
export const planHasEnded = ({ status }: { status: PlanStatus }): boolean => ends.has(status);

/** How a step came out. */
export interface StepEnd {
  status: StepStatus;
  result: Record<string, unknown> | null;
  error: StepError | null;
}

/** May this step begin, given those that it waits for? One that runs always does, whatever became of them. */
export function mayBegin(
  step: Pick<PlanStep, 'depends_on' | 'always'>,
  ended: ReadonlyMap<string, StepEnd>,
  cancelled: boolean,
): boolean {
  if (step.always) return true;
  if (cancelled) return false;
  return step.depends_on.every((id) => ended.get(id)?.status === 'DONE');
}

/** DONE only when every step is; the first failure says why it is not. */
export function endOf(
  steps: readonly PlanStep[],
  cancelled: boolean,
): Pick<PlanView, 'status' | 'error'> {
  if (steps.every(({ status }) => status === 'DONE')) return { status: 'DONE', error: null };
  if (cancelled) return { status: 'CANCELLED', error: null };
  const broken = steps.find(({ status }) => status === 'ERROR');
  const error = broken?.error ?? { code: 'not_done', detail: 'Not every step was carried out.' };
  return {
    status: 'ERROR',
    error: { ...error, detail: `${broken?.step_id ?? '–'}: ${error.detail}` },
  };
}

/** What has to be taken back when a plan did not go through: last first, half-done steps too. */
export const toUndo = (steps: readonly PlanStep[]): PlanStep[] =>
  steps
    .filter(({ undo, status }) => undo !== null && /^(DONE|ERROR|CANCELLED)$/.test(status))
    .toReversed();

/** Nothing of a step is there to be taken back any more: it stays as it is. */
export const leftAsItIs = (left: string): StepEnd => ({
  status: 'DONE',
  result: { left },
  error: null,
});

/** A step after its undoing: what was not taken back stays as it was, and says why. */
export function afterUndo(step: PlanStep, end: StepEnd): PlanStep {
  const told = end.status === 'UNDONE' ? { status: end.status } : {};
  const failed = end.error === null ? {} : { error: end.error };
  return { ...step, ...told, ...failed, result: { ...step.result, undo: end.result } };
}

/** The steps that were taken back, for people: `s1, s2`. */
export const undoneOf = (steps: readonly PlanStep[]): string =>
  steps.flatMap(({ step_id, status }) => (status === 'UNDONE' ? [step_id] : [])).join(', ');

/** Everything of a plan that a person agrees to, as one text: its hash is what a token holds for. */
export function planText(
  plan: Pick<PlanView, 'plan_id' | 'actor' | 'risk' | 'reason' | 'steps'>,
): string {
  const steps = plan.steps.map((step) => [
    step.step_id,
    step.type,
    sorted(step.params),
    step.risk,
    step.timeout_seconds,
    step.retries,
    step.effect,
    step.undo,
    step.depends_on,
    step.always,
  ]);
  return JSON.stringify([plan.plan_id, plan.actor, plan.risk, plan.reason, steps]);
}

/** The same value with its keys in order: a store may keep them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}

/** One line for people, such as the title of the plan's run in Temporal's UI. */
export const planTitle = ({ action, targets, risk, actor }: PlanView): string =>
  `${action}${targets.length > 0 ? ` ${targets.join(', ')}` : ''} · ${risk} · ${actor}`.slice(
    0,
    200,
  );

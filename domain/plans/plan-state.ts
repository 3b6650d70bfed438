import type {
  PlanStatus,
  PlanStep,
  PlanView,
  StepError,
  StepStatus,
} from '../../contracts/plan.ts';

const ends: ReadonlySet<PlanStatus> = new Set(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);

/** Whether a plan has ended; an ended plan never changes. */
export const planHasEnded = ({ status }: { status: PlanStatus }): boolean => ends.has(status);

/** The outcome of a step. */
export interface StepEnd {
  status: StepStatus;
  result: Record<string, unknown> | null;
  error: StepError | null;
}

/** Whether a step may start, given the steps it depends on. A step with `always` starts whatever their outcome. */
export function mayBegin(
  step: Pick<PlanStep, 'depends_on' | 'always'>,
  ended: ReadonlyMap<string, StepEnd>,
  cancelled: boolean,
): boolean {
  if (step.always) return true;
  if (cancelled) return false;
  return step.depends_on.every((id) => ended.get(id)?.status === 'DONE');
}

/** The final status of a plan: DONE only if every step is DONE; otherwise the error is that of the first failed step. */
export function endOf(
  steps: readonly PlanStep[],
  cancelled: boolean,
): Pick<PlanView, 'status' | 'error'> {
  if (steps.every(({ status }) => status === 'DONE')) return { status: 'DONE', error: null };
  if (cancelled) return { status: 'CANCELLED', error: null };
  const broken = steps.find(({ status }) => status === 'ERROR');
  const error = broken?.error ?? { code: 'not_done', detail: 'Some steps did not run.' };
  return {
    status: 'ERROR',
    error: { ...error, detail: `${broken?.step_id ?? '–'}: ${error.detail}` },
  };
}

/** The steps to undo after a plan failed, in reverse order. A failed step may be half done, so it is included. */
export const toUndo = (steps: readonly PlanStep[]): PlanStep[] =>
  steps
    .filter(({ undo, status }) => undo !== null && /^(DONE|ERROR|CANCELLED)$/.test(status))
    .toReversed();

/** The outcome of an undo that found nothing to undo: the step stays DONE. @param left what remains */
export const leftAsItIs = (left: string): StepEnd => ({
  status: 'DONE',
  result: { left },
  error: null,
});

/** A step after its undo. If that failed, the step keeps its status and gets the error. */
export function afterUndo(step: PlanStep, end: StepEnd): PlanStep {
  const undone = end.status === 'UNDONE' ? { status: end.status } : {};
  const failed = end.error === null ? {} : { error: end.error };
  return { ...step, ...undone, ...failed, result: { ...step.result, undo: end.result } };
}

/** The ids of the undone steps as text, such as `s1, s2`. */
export const undoneOf = (steps: readonly PlanStep[]): string =>
  steps.flatMap(({ step_id, status }) => (status === 'UNDONE' ? [step_id] : [])).join(', ');

/** Everything that a person approves in a plan, as one text. A confirm token is valid for the hash of this text. */
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

/** The value with sorted keys, since a store may return them in a different order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}

/** A one-line title, shown for example for the plan's run in Temporal's UI. */
export const planTitle = ({ action, targets, risk, actor }: PlanView): string =>
  `${action}${targets.length > 0 ? ` ${targets.join(', ')}` : ''} · ${risk} · ${actor}`.slice(
    0,
    200,
  );

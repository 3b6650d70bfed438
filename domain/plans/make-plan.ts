import type { Intent, Language } from '../../contracts/intent.ts';
import { planStep, type PlanStep, type StepError, type StepDraft } from '../../contracts/plan.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { idOfStep } from '../../contracts/ids.ts';
import { highest, isRead, riskOfAction, riskOfDoubt, riskOfStep, type Risk } from './risk.ts';
import { waitsFor, withWindow } from './plan-window.ts';
import type { PlanningContext } from './planning-context.ts';
import { planTextsOf } from './plan-languages.ts';
import { effectOf, limitsOf, undoOf } from './step-metadata.ts';
import { draftSteps } from './draft-steps.ts';

/** What a plan is made from. */
export interface PlanRequest {
  plan_id: string;
  actor: string;
  /** The token behind the name; null for a part of VX11. */
  principal?: string | null;
  scope: TokenScope;
  intent: Intent;
  /** Where these are given they are the plan, and the intent only says what for. */
  steps: StepDraft[] | null;
  reason: string | null;
}

/** A plan with all its values worked out, or why there can be none. */
export type Draft =
  | {
      ok: true;
      steps: PlanStep[];
      risk: Risk;
      /** Only reads: it needs no run. */
      reads: boolean;
      warnings: string[];
    }
  | { ok: false; error: StepError; warnings: string[] };

/** No more steps in one plan. */
export const mostSteps = 50;

const refuse = (code: string, detail: string, warnings: string[] = []): Draft => ({
  ok: false,
  error: { code, detail },
  warnings,
});

/** Turns what somebody wants into steps with exact values. The same request over the same world gives the same plan. */
export function makePlan(request: PlanRequest, world: PlanningContext): Draft {
  const { intent } = request;
  const { language } = intent;
  const say = planTextsOf(language);
  const wished =
    request.steps === null
      ? draftSteps(request, world)
      : { ok: true as const, wishes: request.steps, warnings: [], risks: [] };
  if (!wished.ok) return { ...wished, warnings: [...intent.warnings, ...wished.warnings] };
  const fitted = withWindow(wished.wishes, world, request);
  const { wishes } = fitted;
  const warnings = [...intent.warnings, ...wished.warnings, ...fitted.warnings];
  if (wishes.length === 0) return refuse('nothing_to_do', say.nothingToDo, warnings);
  if (wishes.length > mostSteps) {
    return refuse('too_many_steps', say.tooManySteps(mostSteps), warnings);
  }
  const steps = resolve(wishes, request.plan_id, world, language);
  const wrong =
    wrongOrder(steps) ?? wrongShape(steps) ?? holdNotAllowed(steps, request.scope, language);
  if (wrong !== null) return { ok: false, error: wrong, warnings };
  const asked =
    request.steps === null ? [riskOfAction(intent.action, intent.targets, language)] : [];
  const own = openedBy(steps);
  const { doubt } = intent;
  const doubts = doubt !== undefined && !steps.every(isRead) ? [riskOfDoubt(doubt, language)] : [];
  const risks = steps.map((step) => riskOfStep(step, own, language));
  const risk = highest([...asked, ...doubts, ...wished.risks, ...risks], language);
  const reads = risk.level === 'LOW' && steps.every(isRead);
  if (request.scope === 'viewer' && !reads) {
    return refuse('scope', say.needsOperator('viewer'), warnings);
  }
  return { ok: true, steps, risk, reads, warnings };
}

function resolve(
  wishes: StepDraft[],
  planId: string,
  world: PlanningContext,
  language: Language,
): PlanStep[] {
  const draft = wishes.map((wish, at) => {
    const step_id = `s${at + 1}`;
    const params =
      wish.type === 'OPEN_WINDOW'
        ? { ...wish.params, window_id: idOfStep('window', planId, step_id) }
        : wish.params;
    return { ...wish, params, step_id } as StepDraft & { step_id: string };
  });
  const own = openedBy(draft);
  return draft.map(
    (wish, at) =>
      ({
        step_id: wish.step_id,
        type: wish.type,
        params: wish.params,
        risk: riskOfStep(wish as PlanStep, own).level,
        ...limitsOf(wish, world),
        effect: effectOf(wish, own, language),
        undo: undoOf(wish, language),
        depends_on: waitsFor(wish, at),
        always: wish.always ?? false,
        status: 'PENDING',
        started_at: null,
        finished_at: null,
        result: null,
        error: null,
      }) as PlanStep,
  );
}

const openedBy = (steps: readonly StepDraft[]): ReadonlySet<string> =>
  new Set(steps.flatMap((step) => (step.type === 'OPEN_WINDOW' ? [step.params.window_id] : [])));

/** A step can wait only for steps before it. */
function wrongOrder(steps: PlanStep[]): StepError | null {
  const before = new Set<string>();
  for (const { step_id, depends_on } of steps) {
    const missing = depends_on.find((id) => !before.has(id));
    if (missing !== undefined) {
      return {
        code: 'invalid',
        detail: `${step_id} waits for ${missing}, which is not before it.`,
      };
    }
    before.add(step_id);
  }
  return null;
}

/** What does not fit the schema could be written down, and never be shown again. */
function wrongShape(steps: PlanStep[]): StepError | null {
  for (const step of steps) {
    const { error } = planStep.safeParse(step);
    const issue = error?.issues[0];
    if (issue === undefined) continue;
    const detail = `${step.step_id}: ${issue.path.join('.')}: ${issue.message}`;
    return { code: 'invalid', detail };
  }
  return null;
}

function holdNotAllowed(
  steps: PlanStep[],
  scope: TokenScope,
  language: Language,
): StepError | null {
  const hold = steps.some((step) => step.type === 'OPEN_WINDOW' && step.params.mode === 'hold');
  return hold && scope !== 'admin'
    ? { code: 'scope', detail: planTextsOf(language).holdNeedsAdmin(scope) }
    : null;
}

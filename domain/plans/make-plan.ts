import type { Intent, Language } from '../../contracts/intent.ts';
import { planStep, type PlanStep, type StepError, type StepDraft } from '../../contracts/plan.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { idOfStep } from '../../contracts/ids.ts';
import { highest, isRead, riskOfAction, riskOfAmbiguity, riskOfStep, type Risk } from './risk.ts';
import { waitsFor, withWindow } from './plan-window.ts';
import type { PlanningContext } from './planning-context.ts';
import { planTextsOf } from './plan-languages.ts';
import { effectOf, limitsOf, undoOf } from './step-metadata.ts';
import { draftSteps } from './draft-steps.ts';

/** The input of a plan. */
export interface PlanRequest {
  plan_id: string;
  actor: string;
  /** The token behind the name; null for a part of VX11. */
  principal?: string | null;
  scope: TokenScope;
  intent: Intent;
  /** If given, these steps are the plan, and the intent only describes its purpose. */
  steps: StepDraft[] | null;
  reason: string | null;
}

/** A plan with all values resolved, or the reason why none can be made. */
export type Draft =
  | {
      ok: true;
      steps: PlanStep[];
      risk: Risk;
      /** True if it only reads; it is then answered without a run. */
      reads: boolean;
      warnings: string[];
    }
  | { ok: false; error: StepError; warnings: string[] };

/** The largest number of steps in a plan. */
export const maxSteps = 50;

const refuse = (code: string, detail: string, warnings: string[] = []): Draft => ({
  ok: false,
  error: { code, detail },
  warnings,
});

/** Turns a request into steps with resolved values. Deterministic: the same request and context give the same plan. */
export function makePlan(request: PlanRequest, context: PlanningContext): Draft {
  const { intent } = request;
  const { language } = intent;
  const say = planTextsOf(language);
  const drafted =
    request.steps === null
      ? draftSteps(request, context)
      : { ok: true as const, drafts: request.steps, warnings: [], risks: [] };
  if (!drafted.ok) return { ...drafted, warnings: [...intent.warnings, ...drafted.warnings] };
  const fitted = withWindow(drafted.drafts, context, request);
  const { drafts } = fitted;
  const warnings = [...intent.warnings, ...drafted.warnings, ...fitted.warnings];
  if (drafts.length === 0) return refuse('nothing_to_do', say.nothingToDo, warnings);
  if (drafts.length > maxSteps) {
    return refuse('too_many_steps', say.tooManySteps(maxSteps), warnings);
  }
  const steps = resolve(drafts, request.plan_id, context, language);
  const wrong =
    wrongOrder(steps) ?? wrongShape(steps) ?? holdNotAllowed(steps, request.scope, language);
  if (wrong !== null) return { ok: false, error: wrong, warnings };
  const asked =
    request.steps === null ? [riskOfAction(intent.action, intent.targets, language)] : [];
  const own = openedBy(steps);
  const { doubt } = intent;
  const ambiguity =
    doubt !== undefined && !steps.every(isRead) ? [riskOfAmbiguity(doubt, language)] : [];
  const risks = steps.map((step) => riskOfStep(step, own, language));
  const risk = highest([...asked, ...ambiguity, ...drafted.risks, ...risks], language);
  const reads = risk.level === 'LOW' && steps.every(isRead);
  if (request.scope === 'viewer' && !reads) {
    return refuse('scope', say.needsOperator('viewer'), warnings);
  }
  return { ok: true, steps, risk, reads, warnings };
}

function resolve(
  drafts: StepDraft[],
  planId: string,
  context: PlanningContext,
  language: Language,
): PlanStep[] {
  const identified = drafts.map((draft, at) => {
    const step_id = `s${at + 1}`;
    const params = { ...draft.params, ...ownId(draft.type, planId, step_id) };
    return { ...draft, params, step_id } as StepDraft & { step_id: string };
  });
  const own = openedBy(identified);
  return identified.map(
    (draft, at) =>
      ({
        step_id: draft.step_id,
        type: draft.type,
        params: draft.params,
        risk: riskOfStep(draft as PlanStep, own).level,
        ...limitsOf(draft, context),
        effect: effectOf(draft, own, language),
        undo: undoOf(draft, language),
        depends_on: waitsFor(draft, at),
        always: draft.always ?? false,
        status: 'PENDING',
        started_at: null,
        finished_at: null,
        result: null,
        error: null,
      }) as PlanStep,
  );
}

/** The id of what a step creates. */
function ownId(type: StepDraft['type'], planId: string, stepId: string): object {
  if (type === 'OPEN_WINDOW') return { window_id: idOfStep('window', planId, stepId) };
  if (type === 'START_REPAIR') return { repair_id: idOfStep('repair', planId, stepId) };
  return type === 'RUN_CHECKS' ? { run_id: idOfStep('run', planId, stepId) } : {};
}

const openedBy = (steps: readonly StepDraft[]): ReadonlySet<string> =>
  new Set(steps.flatMap((step) => (step.type === 'OPEN_WINDOW' ? [step.params.window_id] : [])));

/** A step can depend only on earlier steps. */
function wrongOrder(steps: PlanStep[]): StepError | null {
  const before = new Set<string>();
  for (const { step_id, depends_on } of steps) {
    const missing = depends_on.find((id) => !before.has(id));
    if (missing !== undefined) {
      return {
        code: 'invalid',
        detail: `${step_id} depends on ${missing}, which is not an earlier step.`,
      };
    }
    before.add(step_id);
  }
  return null;
}

/** A step that violates the schema could be stored, but every later read of the plan would fail. */
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

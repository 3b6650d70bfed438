import { Context } from '@temporalio/activity';
import { VX11Error } from '../../contracts/errors.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import { roleOf } from '../../domain/plans/planning-context.ts';
import { isRead } from '../../domain/plans/risk.ts';
import {
  afterUndo,
  leftAsItIs,
  planHasEnded,
  type StepEnd,
} from '../../domain/plans/plan-state.ts';
import { withTraceParent } from '../../platform/trace-context.ts';
import { attempt } from '../heartbeat.ts';
import { decided } from './decide.ts';
import type { PlanActivities, StepInput } from './plan-activities.ts';
import { planEvent } from './plan-events.ts';
import { broken, done, type PlanDeps, type RoleStep } from './ports.ts';
import { checksStep, undoChecks } from './steps/run-checks.ts';
import { patchStep, undoPatch } from './steps/apply-patch.ts';
import { closeWindowStep } from './steps/close-window.ts';
import { extendWindowStep } from './steps/extend-window.ts';
import { openWindowStep, undoOpenWindow } from './steps/open-window.ts';
import { readStep } from './steps/read.ts';
import { restartStep, undoRestart } from './steps/restart-service.ts';
import { repairStep, undoRepair } from './steps/start-repair.ts';
import { callRole, taskStep } from './steps/role-call.ts';

const iso = (at: number): string => new Date(at).toISOString();

export function createPlanActivities(deps: PlanDeps): PlanActivities {
  const { store, clock } = deps;

  /** Returns the recorded step if an earlier attempt of this activity did the work but could not report it. */
  const before = async ({ plan, step }: StepInput, tried: string): Promise<PlanStep | null> => {
    if (!(await store.actions.has(actionId(plan, step, tried)))) return null;
    const known = await store.plans.find(plan.plan_id);
    return known?.steps.find(({ step_id }) => step_id === step.step_id) ?? null;
  };

  const execute = (
    plan: StepInput['plan'],
    step: PlanStep,
    progress: RoleStep['progress'],
  ): Promise<StepEnd> => {
    const signal = Context.current().cancellationSignal;
    switch (step.type) {
      case 'OPEN_WINDOW':
        return openWindowStep(deps, plan, step, signal);
      case 'EXTEND_WINDOW':
        return extendWindowStep(deps, plan, step, signal);
      case 'CLOSE_WINDOW':
        return closeWindowStep(deps, plan, step, signal);
      case 'RESTART_SERVICE':
        return restartStep(deps, plan, step, signal);
      case 'RUN_CHECKS':
        return checksStep(deps, plan, step, signal);
      case 'START_REPAIR':
        return repairStep(deps, plan, step, signal);
      case 'APPLY_PATCH':
        return patchStep(deps, plan, step, signal);
      case 'SPAWN':
        return taskStep(deps, plan, step, signal);
      case 'SYSTEM_HEALTHCHECK':
      case 'NOOP':
        return readStep(deps, step);
      case 'WAIT':
        return Promise.resolve(done({ waited_seconds: step.params.seconds }));
      default:
        return callRole(deps, plan, step, signal, progress);
    }
  };

  /**
   * Records the outcome once and returns the recorded step.
   * @param began when this try of it began
   * @param stays the step stays as it is, so that no event is written
   */
  const note = async (
    plan: StepInput['plan'],
    step: PlanStep,
    { tried, began, stays = false }: { tried: string; began: string; stays?: boolean },
  ): Promise<PlanStep> => {
    const { step_id, type, status, error } = step;
    const now = clock();
    const event = planEvent(plan, 'plan.step', 'madre', now, {
      step_id,
      type,
      status,
      error: error?.code ?? null,
      started_at: began,
    });
    const events = stays ? [] : [event];
    const written = await store.plans.saveStep(plan.plan_id, step, events, {
      id: actionId(plan, step, tried),
      at: now,
      module: 'madre',
      action: type,
      outcome: stays ? 'left' : (error?.code ?? status),
      reason: plan.reason,
      plan_id: plan.plan_id,
    });
    if (!written) return (await before({ plan, step }, tried)) ?? step;
    if (!stays) deps.stepped?.(plan, step);
    return step;
  };

  return {
    decide: (decision) =>
      attempt(async () => {
        const plan = await store.plans.change(decision.plan_id, (known, kept, people) =>
          decided(known, kept, people, decision, clock()),
        );
        if (plan === null)
          throw new VX11Error('plan_not_found', `${decision.plan_id} is not known.`);
        return plan;
      }),
    runStep: (input) =>
      attempt(async () => {
        const { plan, step, tries = 0 } = input;
        const tried = tries === 0 ? 'run' : `run${tries + 1}`;
        const known = await before(input, tried);
        if (known !== null) return endOnly(known);
        if (!(await mayBegin(deps, plan.plan_id)) && !step.always) return skipped;
        const started_at = iso(clock());
        const began = { ...step, status: 'RUNNING', started_at } as PlanStep;
        if (!isRead(step)) await store.plans.saveStep(plan.plan_id, began, []);
        deps.stepped?.(plan, began);
        const progress = async (result: Record<string, unknown>): Promise<void> => {
          const now = { ...began, result } as PlanStep;
          if (await store.plans.saveStep(plan.plan_id, now, [])) deps.stepped?.(plan, now);
        };
        const end = await withTraceParent(`${plan.plan_id}/${step.step_id}`, () =>
          execute(plan, step, progress),
        );
        const over = { ...began, ...end, finished_at: iso(clock()) } as PlanStep;
        return endOnly(await note(plan, over, { tried, began: started_at }));
      }),
    undoStep: ({ plan, step }) =>
      attempt(async () => {
        const known = await before({ plan, step }, 'undo');
        if (known !== null) return endOfUndo(known);
        const began = iso(clock());
        const end = await undo(deps, plan, step);
        const stays = end.status === 'DONE';
        const how = { tried: 'undo', began, stays };
        return endOfUndo(await note(plan, afterUndo(step, end), how));
      }),
    endPlan: ({ plan, actor }) =>
      attempt(async () => {
        const ended = await store.plans.change(plan.plan_id, (known) => {
          const type = ends[plan.status as keyof typeof ends];
          const event = planEvent(plan, type, actor, clock(), { error: plan.error });
          return { plan: { ...plan, confirmation: known.confirmation }, events: [event] };
        });
        deps.ended?.(ended ?? plan);
        return ended ?? plan;
      }),
  };
}

const ends = {
  DONE: 'plan.done',
  ERROR: 'plan.failed',
  CANCELLED: 'plan.cancelled',
} as const;

const endOnly = ({ status, result, error }: StepEnd): StepEnd => ({ status, result, error });

const skipped: StepEnd = { status: 'SKIPPED', result: null, error: null };

/** The end of an undo: the step was undone, was left as it is, or could not be undone. */
const endOfUndo = ({ status, result, error }: PlanStep): StepEnd => {
  const undone = (result?.['undo'] ?? null) as StepEnd['result'];
  if (status === 'UNDONE') return { status, result: undone, error: null };
  if (undone !== null) return { status: 'DONE', result: undone, error: null };
  return { status: 'ERROR', result: null, error };
};

/** The id of one attempt of a step, or of its undo. */
const actionId = (plan: StepInput['plan'], step: PlanStep, tried: string): string =>
  `${plan.plan_id}:${step.step_id}:${tried}`;

/**
 * Returns whether a step of this plan may begin. It may not after the plan was given up or marked as lost, which its run
 * does not know. A plan that needs no confirmation becomes RUNNING with its first step.
 */
async function mayBegin({ store, clock }: PlanDeps, planId: string): Promise<boolean> {
  let plan = await store.plans.find(planId);
  if (plan?.status === 'PENDING') {
    plan = await store.plans.change(planId, (known) => {
      if (known.status !== 'PENDING') return null;
      const now = clock();
      const running: PlanView = { ...known, status: 'RUNNING', started_at: iso(now) };
      return { plan: running, events: [planEvent(known, 'plan.running', 'madre', now)] };
    });
  }
  return plan !== null && !planHasEnded(plan);
}

async function undo(deps: PlanDeps, plan: StepInput['plan'], step: PlanStep): Promise<StepEnd> {
  if (step.type === 'OPEN_WINDOW') return undoOpenWindow(deps, plan, step);
  if (step.type === 'RESTART_SERVICE') return undoRestart(deps, plan, step);
  if (step.type === 'RUN_CHECKS') return undoChecks(deps, plan, step);
  if (step.type === 'START_REPAIR') return undoRepair(deps, plan, step);
  if (step.type === 'APPLY_PATCH') return undoPatch(deps, plan, step);
  const takesBack = deps.undoes?.[roleOf(step.type) ?? ''];
  if (step.type === 'CALL_HERMES' && takesBack !== undefined)
    return takesBack(plan, { ...step.params, step_id: step.step_id });
  if (step.type === 'SPAWN' && deps.spawner !== null) {
    const ended = await deps.spawner.cancel(plan, step);
    return ended
      ? leftAsItIs('the task had ended')
      : { status: 'UNDONE', result: null, error: null };
  }
  return step.type === 'SPAWN'
    ? { status: 'UNDONE', result: { left: 'no task was started' }, error: null }
    : broken({ code: 'no_undo', detail: `${step.type} cannot be taken back` });
}

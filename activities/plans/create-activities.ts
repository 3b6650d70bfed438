import { ApplicationFailure, Context } from '@temporalio/activity';
import { errorCatalog, VX11Error } from '../../contracts/errors.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import { isRead } from '../../domain/risk.ts';
import type { StepEnd } from '../../domain/plan-state.ts';
import { decided } from './decide.ts';
import type { PlanActivities, StepInput } from './plan-activities.ts';
import { planEvent } from './plan-events.ts';
import { broken, done, type PlanDeps } from './ports.ts';
import { closeWindowStep } from './steps/close-window.ts';
import { openWindowStep, undoOpenWindow } from './steps/open-window.ts';
import { readStep } from './steps/read.ts';
import { callRole, spawnStep } from './steps/role-call.ts';

const heartbeatMs = 1000;

/** Lets Temporal know that the activity lives, and tells it what is not worth another try. */
async function alive<T>(work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => Context.current().heartbeat(), heartbeatMs);
  try {
    return await work();
  } catch (error) {
    const known = error instanceof VX11Error;
    if (!known || errorCatalog[error.code].retry) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.code);
  } finally {
    clearInterval(beat);
  }
}

/** A cancelled plan does not wait for what its step waits for: undoing the step ends that too. */
function unlessCancelled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return Promise.race([work, Context.current().cancelled]);
}

const iso = (at: number): string => new Date(at).toISOString();

export function createPlanActivities(deps: PlanDeps): PlanActivities {
  const { store, clock } = deps;

  /** How the step came out before, where somebody did it and could not say so. */
  const before = async ({ plan, step }: StepInput): Promise<StepEnd | null> => {
    const known = await store.plans.findStep(plan.plan_id, step.step_id);
    return known?.status === 'DONE' ? known : null;
  };

  const execute = (plan: StepInput['plan'], step: PlanStep): Promise<StepEnd> => {
    const signal = Context.current().cancellationSignal;
    switch (step.type) {
      case 'OPEN_WINDOW':
        return openWindowStep(deps, plan, step);
      case 'CLOSE_WINDOW':
        return closeWindowStep(deps, plan, step);
      case 'SPAWN':
        return spawnStep(deps, plan, step, signal);
      case 'SYSTEM_HEALTHCHECK':
      case 'NOOP':
        return readStep(deps, step);
      case 'WAIT':
        return Promise.resolve(done({ waited_seconds: step.params.seconds }));
      default:
        return callRole(deps, plan, step, signal);
    }
  };

  const note = async (plan: StepInput['plan'], step: PlanStep, tried: string): Promise<void> => {
    const { step_id, type, status, error } = step;
    const now = clock();
    const event = planEvent(plan, 'plan.step', 'madre', now, {
      step_id,
      type,
      status,
      error: error?.code ?? null,
    });
    await store.plans.saveStep(plan.plan_id, step, [event], {
      id: `${plan.plan_id}:${step_id}:${tried}`,
      at: now,
      module: 'madre',
      action: type,
      outcome: error?.code ?? status,
      reason: plan.reason,
      plan_id: plan.plan_id,
    });
    deps.stepped?.(plan, step);
  };

  return {
    decide: (decision) =>
      alive(async () => {
        const plan = await store.plans.change(decision.plan_id, (known, kept) =>
          decided(known, kept, decision, clock()),
        );
        if (plan === null)
          throw new VX11Error('plan_not_found', `${decision.plan_id} is not known.`);
        return plan;
      }),
    runStep: (input) =>
      alive(async () => {
        const { plan, step } = input;
        const known = await before(input);
        if (known !== null) return endOnly(known);
        const began = { ...step, status: 'RUNNING', started_at: iso(clock()) } as PlanStep;
        if (!isRead(step)) await store.plans.saveStep(plan.plan_id, began, []);
        deps.stepped?.(plan, began);
        if (plan.confirmation === null && step.depends_on.length === 0)
          await begin(deps, plan.plan_id);
        const end = await unlessCancelled(execute(plan, step));
        await note(plan, { ...began, ...end, finished_at: iso(clock()) }, 'run');
        return end;
      }),
    undoStep: ({ plan, step }) =>
      alive(async () => {
        const end = await undo(deps, plan, step);
        const result = { ...step.result, undo: end.result };
        await note(plan, { ...step, status: end.status, result }, 'undo');
        return end;
      }),
    endPlan: ({ plan, actor }) =>
      alive(async () => {
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

/** The first step of a plan that asked nobody: from now on it runs. */
async function begin({ store, clock }: PlanDeps, planId: string): Promise<void> {
  await store.plans.change(planId, (plan) => {
    if (plan.status !== 'PENDING') return null;
    const now = clock();
    const running: PlanView = { ...plan, status: 'RUNNING', started_at: iso(now) };
    return { plan: running, events: [planEvent(plan, 'plan.running', 'madre', now)] };
  });
}

async function undo(deps: PlanDeps, plan: StepInput['plan'], step: PlanStep): Promise<StepEnd> {
  if (step.type === 'OPEN_WINDOW') return undoOpenWindow(deps, plan, step);
  if (step.type === 'SPAWN' && deps.spawner !== null) {
    await deps.spawner.cancel(plan, step);
    return { status: 'UNDONE', result: null, error: null };
  }
  return step.type === 'SPAWN'
    ? { status: 'UNDONE', result: { left: 'no task was started' }, error: null }
    : broken({ code: 'no_undo', detail: `${step.type} cannot be taken back` });
}

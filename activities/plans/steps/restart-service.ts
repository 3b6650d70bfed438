import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import { leftAsItIs, type StepEnd } from '../../../domain/plans/plan-state.ts';
import { broken, done, type PlanDeps } from '../ports.ts';
import { abortable } from '../../../platform/concurrency/abortable.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'RESTART_SERVICE'>;

/**
 * Restarts a service inside the window that holds it, and opens no window for it: if the window has ended, the service
 * stays down. The restart workflow checks that on the host itself; a retry of the step joins it and gets its result.
 */
export async function restartStep(
  deps: PlanDeps,
  plan: Header,
  { step_id, params, timeout_seconds }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  signal.throwIfAborted();
  const { actor, correlation_id } = plan;
  const message = { actor, correlation_id, ...params, update_id: runOf(plan, step_id) };
  const restarting = deps.runs().restartService(message, timeout_seconds * 1000);
  const failure = await abortable(restarting, signal);
  return failure === null ? done(params) : broken({ ...failure, may_retry: false }, params);
}

/** Gives up a restart that still waits; a finished one cannot be undone. */
export async function undoRestart(
  deps: PlanDeps,
  plan: Header,
  { step_id, params }: Step,
): Promise<StepEnd> {
  const restart = { host: params.host, update_id: runOf(plan, step_id) };
  const went = await deps.runs().cancelRestart(restart);
  return leftAsItIs(
    went ? 'the restart was given up; what it stopped is started' : 'the restart had ended',
  );
}

const runOf = ({ plan_id }: Header, stepId: string): string => `${plan_id}:${stepId}`;

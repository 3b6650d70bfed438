import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import type { StepEnd } from '../../../domain/plan-state.ts';
import { isOpen } from '../../../domain/window.ts';
import { broken, done, type PlanDeps } from '../ports.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Restarts a service for as long as its window holds it, and never in a window of its own: what ended meanwhile stays so. */
export async function restartStep(
  deps: PlanDeps,
  plan: Omit<PlanView, 'steps'>,
  { step_id, params, timeout_seconds }: StepOf<'RESTART_SERVICE'>,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { window_id, host, service } = params;
  const view = await deps.store.windows.find(window_id);
  if (view === null || !isOpen(view) || !view.members.includes(service)) {
    const detail = `${window_id} does not hold ${service} any more; nothing was restarted`;
    return broken({ code: 'window_not_open', detail, may_retry: false });
  }
  signal.throwIfAborted();
  const { actor, correlation_id } = plan;
  const update_id = `${plan.plan_id}:${step_id}`;
  const message = { actor, correlation_id, host, service, update_id };
  const restarting = deps.runs().restartService(message, timeout_seconds * 1000);
  const failure = await unlessAborted(restarting, signal);
  return failure === null ? done(params) : broken({ ...failure, may_retry: false }, params);
}

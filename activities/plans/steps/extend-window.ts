import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { broken, done, type PlanDeps } from '../ports.ts';
import { abortable } from '../../../platform/concurrency/abortable.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'EXTEND_WINDOW'>;

/**
 * Moves a window's deadline later, once per step: a retry after a crash sends the same update id, which has no further
 * effect. A window that has ended meanwhile is not reopened.
 */
export async function extendWindowStep(
  deps: PlanDeps,
  plan: Header,
  { step_id, params, timeout_seconds }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  signal.throwIfAborted();
  const { window_id, seconds } = params;
  const message = {
    actor: plan.actor,
    correlation_id: plan.correlation_id,
    by_ms: seconds * 1000,
    update_id: `${plan.plan_id}:${step_id}`,
  };
  const extending = deps.runs().extendWindow(window_id, message, timeout_seconds * 1000);
  const change = await abortable(extending, signal);
  if (change === null) {
    const detail = `${window_id} has ended, so it was not extended; open it again.`;
    return broken({ code: 'window_ended', detail }, { window_id });
  }
  if ('code' in change) return broken(change, { window_id });
  const { expires_at, extensions } = change.view;
  return done({ window_id, expires_at, extensions, clamped: change.clamped });
}

import type { EventType, NewEvent } from '../../contracts/event.ts';
import type { PlanView } from '../../contracts/plan.ts';

/** An event of a plan, found again by its id in the payload. */
export const planEvent = (
  plan: Pick<PlanView, 'plan_id' | 'correlation_id'>,
  type: EventType,
  actor: string,
  at: number,
  payload: Record<string, unknown> = {},
): NewEvent => ({
  type,
  at,
  actor,
  correlation_id: plan.correlation_id,
  payload: { plan_id: plan.plan_id, ...payload },
});

import type { EventType, NewEvent } from '../../contracts/event.ts';
import type { PlanView } from '../../contracts/plan.ts';

/** Makes an event of a plan; the payload carries the plan's id. */
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

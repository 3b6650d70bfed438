import type { PlanStep } from '../../../contracts/plan.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import { anIntent, aRequest, aWorld } from './plan-samples.ts';

/** The plan for a sentence, by rules alone. */
export const make = (
  text: string,
  context = aWorld(),
  change: Parameters<typeof aRequest>[1] = {},
) => makePlan(aRequest(text, { intent: anIntent(text, context), ...change }), context);
export function stepsOf(
  text: string,
  context = aWorld(),
  change: Parameters<typeof aRequest>[1] = {},
): PlanStep[] {
  const draft = make(text, context, change);
  if (!draft.ok) throw new Error(draft.error.detail);
  return draft.steps;
}
export const refusal = (
  text: string,
  context = aWorld(),
  change: Parameters<typeof aRequest>[1] = {},
) => {
  const draft = make(text, context, change);
  return draft.ok ? 'it is not refused' : draft.error.code;
};

import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { PlanView } from '../../../contracts/plan.ts';
import { wordsFor } from '../../../domain/plans/confirm-in-client.ts';
import { cleanText } from '../../../platform/clean-text.ts';
import { howToConfirm } from '../tools/plans.ts';

/** A form longer than this is not read. */
const mostCharacters = 4000;

/** The plan in VX11's own words: nothing of what the agent wrote, which the person has beside it. */
function shownPlan(plan: PlanView): string {
  const steps = plan.steps.map(
    ({ type, effect, undo, risk }, nth) =>
      `${nth + 1}. ${type} (${risk}): ${effect}. Undo: ${undo ?? 'none'}.`,
  );
  const text = [
    `Nothing was done yet. ${plan.plan_id} waits until ${plan.confirmation?.expires_at}.`,
    `${plan.risk}: ${plan.risk_because}`,
    ...steps,
  ].join('\n');
  return cleanText(text).text;
}

const decision = (options: string[], description: string) => ({
  type: 'string' as const,
  title: 'Decision',
  description,
  enum: options,
});

/**
 * A form about a plan that waits. It takes a no from anybody, and a yes only if `takesYes`: nothing in it has a default, and
 * an empty answer means nothing. Null if the plan is too long for it.
 */
export function formFor(plan: PlanView, takesYes: boolean) {
  const shown = shownPlan(plan);
  if (shown.length > mostCharacters) return null;
  const words = wordsFor(plan);
  if (!takesYes) {
    const message = `${shown}\nTo agree, a person runs: ${howToConfirm(plan)}. Here it can only be rejected.`;
    const choice = decision(['reject', 'leave_waiting'], 'reject ends the plan; nothing is done');
    return inputRequired.elicit({
      message,
      requestedSchema: { type: 'object', properties: { decision: choice }, required: ['decision'] },
    });
  }
  const typed = {
    type: 'string' as const,
    title: `To run it, type ${words}`,
    description: 'The last six characters of the plan',
    maxLength: 64,
  };
  return inputRequired.elicit({
    message: `${shown}\nIt runs if you choose run and type its last six characters: ${words}.`,
    requestedSchema: {
      type: 'object',
      properties: { decision: decision(['run', 'reject'], 'run it, or end it'), typed },
      required: ['decision'],
    },
  });
}

const filled = z.object({ decision: z.string(), typed: z.string().default('') });

/** What a client says was answered: no, yes with the words typed, or nothing that counts. */
export function answerIn(
  responses: Record<string, unknown> | undefined,
  plan: Pick<PlanView, 'plan_id'>,
): 'yes' | 'no' | 'nothing' {
  const answer = inputResponse(responses, 'plan');
  if (answer.kind !== 'elicit' || answer.action === 'cancel') return 'nothing';
  if (answer.action === 'decline') return 'no';
  const { data } = filled.safeParse(answer.content);
  if (data?.decision === 'reject') return 'no';
  return data?.decision === 'run' && data.typed.trim() === wordsFor(plan) ? 'yes' : 'nothing';
}

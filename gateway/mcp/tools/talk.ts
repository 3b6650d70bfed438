import { z } from 'zod';
import { VX11Error } from '../../../contracts/errors.ts';
import { sessionId } from '../../../contracts/chat.ts';
import { sha256 } from '../../../platform/hash.ts';
import { mapMaybe } from '../../reads/maybe-promise.ts';
import { askMadre, type MadreAnswer } from '../../plans/madre-client.ts';
import { field } from '../fields.ts';
import { defineTool, type AgentCall } from '../tool.ts';
import { planSentence, restOfPlan, wholePlan } from './plans.ts';

/**
 * A message of an agent to madre. What would change something becomes a plan that waits; with `dryRun`, only words,
 * and reads are answered all the same.
 */
export async function talk(
  {
    context,
    caller,
    correlationId,
    client,
    tool,
  }: Pick<AgentCall, 'context' | 'caller' | 'correlationId' | 'client'> & {
    /** By which it came, for the audit. */
    tool: string;
  },
  said: { message: string; session_id?: string | undefined; dryRun: boolean },
  about: Record<string, z.core.util.JSONType> = {},
): Promise<MadreAnswer> {
  if (!said.dryRun) await mapMaybe(context.limits.proposal(caller.id), () => undefined);
  return askMadre(context, {
    source: 'mcp',
    actor: caller.name,
    principal: caller.principal,
    scope: 'agent',
    correlation_id: correlationId,
    message: said.message,
    session_id: said.session_id ?? null,
    context: about,
    dry_run: said.dryRun,
    answer_reads: true,
    require_reasoning: true,
    as_task: false,
    via: {
      tool,
      client,
      arguments_sha256: sha256(JSON.stringify({ message: said.message, context: about })),
    },
  });
}

export const askTool = defineTool({
  name: 'vx11_ask',
  title: 'Talk to madre',
  description:
    'Says a sentence to madre, in English or Spanish: questions are answered at once; what would change something becomes a plan that waits for a person. If a language model is configured, its provider reads the message. Exact requests are better made with the other tools.',
  toolset: 'talk',
  kind: 'propose',
  steps: ['OPEN_WINDOW', 'CLOSE_WINDOW', 'RESTART_SERVICE', 'EXTEND_WINDOW', 'SPAWN', 'RUN_CHECKS'],
  rest: 'ask about one service, or call vx11_plan',
  input: z.strictObject({ message: z.string().min(1).max(4000), session_id: sessionId.optional() }),
  async run({ message, session_id }, call) {
    const { answer } = await talk(
      { ...call, tool: 'vx11_ask' },
      { message, session_id, dryRun: false },
    );
    const plan =
      answer.plan_id === null ? null : await call.context.store().plans.find(answer.plan_id);
    const waits = plan !== null && plan.status === 'WAITING';
    return {
      say: plan === null || !waits ? 'madre answered.' : planSentence(plan),
      data: {
        session_id: answer.session_id,
        untrusted_message: answer.response,
        status: answer.status,
        error: answer.error,
        degraded: answer.degraded,
        plan: waits ? wholePlan(plan) : null,
      },
    };
  },
});

export const withdrawPlanTool = defineTool({
  name: 'vx11_withdraw_plan',
  title: 'Take back a plan',
  description:
    'Takes back a plan of yours that still waits: it becomes CANCELLED at once, and nobody is asked any more. Plans of others, and plans that run, are left to people.',
  toolset: 'windows',
  kind: 'withdraw',
  steps: [],
  rest: restOfPlan,
  input: z.strictObject({ plan_id: field.planId }),
  async run({ plan_id }, { plans, caller, context, correlationId }) {
    await mapMaybe(context.limits.proposal(caller.id), () => undefined);
    const sender = {
      actor: caller.name,
      principal: caller.principal,
      correlation_id: correlationId,
    };
    const plan = await plans.withdraw(plan_id, sender).catch(async (error: unknown) => {
      // somebody decided first
      const late = error instanceof VX11Error && error.code === 'confirm_token_used';
      if (late) throw new VX11Error('plan_ended', `${plan_id} has been decided.`);
      throw error;
    });
    return { say: `${plan_id} is ${plan.status}: nothing was done.`, data: wholePlan(plan) };
  },
});

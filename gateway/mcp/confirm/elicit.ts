import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { PlanView } from '../../../contracts/plan.ts';
import { mayConfirmInClient } from '../../../domain/plans/confirm-in-client.ts';
import { sha256 } from '../../../platform/hash.ts';
import { uiPrefix } from '../../http/route-policy.ts';
import { planIn, type CallResult } from '../content/result.ts';
import type { AgentRequest } from '../agent-request.ts';
import type { AgentCall, Tool } from '../tool.ts';
import { allowsYes, decideInClient } from './decide-in-client.ts';
import { answerIn, formFor } from './form.ts';

/** How long a client may take to come back, in seconds; a plan waits no longer by default. */
const ttlSeconds = 600;

/** What a client was asked to show. */
interface Shown {
  plan_id: string;
  /** Of the plan as it was shown: a yes is for that one only. */
  plan_hash: string;
  /** Of the tool and the arguments that asked for it. */
  call: string;
  as: 'page' | 'form';
}

type Call = Omit<AgentCall, 'signal'>;

const callOf = (tool: Tool, input: unknown): string =>
  sha256(JSON.stringify([tool.name, input ?? null]));

/** The plan of a result, if it waits for a person. */
function waitingPlan({ isError, structuredContent: data = {} }: CallResult): string | null {
  if (isError === true) return null;
  const { status } = (data['plan'] ?? data) as { status?: unknown };
  return status === 'WAITING' ? (planIn(data) ?? null) : null;
}

/** What this request says that its client can show; an empty capability means forms only. */
function canShow({ mcpReq }: ServerContext): { page: boolean; form: boolean } {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const can = envelope?.[CLIENT_CAPABILITIES_META_KEY] as
    { elicitation?: { url?: unknown; form?: unknown } } | undefined;
  const { elicitation } = can ?? {};
  const page = elicitation?.url !== undefined;
  return { page, form: elicitation !== undefined && (elicitation.form !== undefined || !page) };
}

/**
 * Asks clients that can show something to show the plan that waits: its page, whose address holds no secret and which wants the
 * person's own token, or a form. What a client answers is its own word. A page decides by itself, so any answer about it gets
 * the state of the plan; a form takes a no from anybody, and a yes only under the conditions of `allowsYes`.
 */
export function createElicitation(key: string, agentOf: (ctx: ServerContext) => AgentRequest) {
  const codec = createRequestStateCodec<Shown>({
    key,
    ttlSeconds,
    bind: (ctx) => `${ctx.mcpReq.method}\n${agentOf(ctx).caller.principal}`,
  });
  return {
    verify: codec.verify,
    /**
     * Carries out what was answered about the plan that this call asked for before; null if it is a first call.
     * @returns the plan, and what to say about the answer
     */
    async answered(
      tool: Tool,
      input: unknown,
      ctx: ServerContext,
      call: Call,
    ): Promise<{ plan_id: string; note: string } | null> {
      const { mcpReq } = ctx;
      const shown = mcpReq.requestState<Shown>();
      if (shown === undefined || shown.call !== callOf(tool, input)) return null;
      const { plan_id } = shown;
      // the SDK does not look at what the client of the second request can show
      const counts = shown.as === 'form' && canShow(ctx).form;
      const answer = counts ? answerIn(mcpReq.inputResponses, shown) : 'nothing';
      return { plan_id, note: await decideInClient(call, shown, answer) };
    },
    /** The result, or the wish that a person looks at its plan first. */
    async offer(
      tool: Tool,
      input: unknown,
      result: CallResult,
      { ctx, call, origin }: { ctx: ServerContext; call: Call; origin: string },
    ) {
      const plan_id = waitingPlan(result);
      const can = canShow(ctx);
      if (tool.kind !== 'propose' || plan_id === null || !(can.page || can.form)) return result;
      const plan = await call.context.store().plans.find(plan_id);
      if (plan === null) return result;
      const takesYes = mayConfirmInClient(plan).allow && (await allowsYes(call));
      const asForm = can.form && (takesYes || !can.page);
      const request = asForm ? formFor(plan, takesYes) : pageOf(plan, origin);
      if (request === null) return result;
      const { plan_hash } = plan;
      const as = asForm ? 'form' : 'page';
      const shown: Shown = { plan_id, plan_hash, call: callOf(tool, input), as };
      return inputRequired({
        inputRequests: { plan: request },
        requestState: await codec.mint(shown, ctx),
      });
    },
  };
}

const pageOf = ({ plan_id }: PlanView, origin: string) =>
  inputRequired.elicitUrl({
    message: `${plan_id} waits for a person. This page shows its exact steps, risk and effects; decide there.`,
    url: `${origin}${uiPrefix}plans/${plan_id}`,
  });

import { VX11Error, errorCatalog, type ErrorCode } from '../../contracts/errors.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { MadreProposeCall } from '../../contracts/proposal.ts';
import { sha256 } from '../../platform/hash.ts';
import { mapMaybe } from '../reads/maybe-promise.ts';
import { planSentence, wholePlan } from './tools/plans.ts';
import type { AgentCall, ToolAnswer } from './tool.ts';

/** What a tool asks for. */
export type Ask = Pick<MadreProposeCall, 'action' | 'reason'> &
  Partial<Pick<MadreProposeCall, 'targets' | 'host' | 'ttl_seconds' | 'steps'>> & {
    request_id?: string | undefined;
  };

/** The plan of a request: the same token and id give the same plan. */
const planIdOf = (principal: string, requestId: string): string =>
  `plan-${sha256(`agent request\n${principal}\n${requestId}`).slice(0, 16)}`;

/** Why no plan was made, as an error of the catalog. */
function refusal({ code, detail }: NonNullable<PlanView['error']>): VX11Error {
  return new VX11Error(code in errorCatalog ? (code as ErrorCode) : 'invalid', detail);
}

/** The plan for what an agent asks; it waits, unless `dryRun`, which leaves nothing. Throws why there is none. */
async function planFor(
  call: AgentCall,
  tool: string,
  ask: Ask,
  dryRun: boolean,
): Promise<PlanView> {
  const { context, caller, correlationId, client } = call;
  const { request_id, targets = [], host = null, ttl_seconds = null, steps = null } = ask;
  if (!dryRun) await mapMaybe(context.limits.proposal(caller.id), () => undefined);
  const content = { action: ask.action, targets, host, ttl_seconds, steps };
  const { plan } = await context.madre.propose({
    actor: caller.name,
    principal: caller.principal,
    scope: 'agent', // also of an operator's or an admin's token: here it is worth no more
    correlation_id: correlationId,
    ...content,
    reason: ask.reason,
    dry_run: dryRun,
    ...(request_id !== undefined && { plan_id: planIdOf(caller.principal, request_id) }),
    via: {
      tool,
      client,
      arguments_sha256: sha256(JSON.stringify({ ...content, reason: ask.reason })),
    },
  });
  if (plan.status === 'ERROR' && plan.steps.length === 0 && plan.error !== null) {
    throw refusal(plan.error);
  }
  return plan;
}

/** Asks for a plan and says who has to agree. */
export async function proposed(call: AgentCall, tool: string, ask: Ask): Promise<ToolAnswer> {
  const plan = await planFor(call, tool, ask, false);
  return { say: planSentence(plan), data: wholePlan(plan) };
}

/** The plan as it would be. */
export async function previewed(call: AgentCall, tool: string, ask: Ask): Promise<ToolAnswer> {
  const plan = await planFor(call, tool, ask, true);
  const { how_to_confirm: _, plan_id: __, ...shown } = wholePlan(plan);
  const say = `A preview: nothing was stored and nothing waits. It would be ${plan.risk}: ${plan.risk_because}.`;
  return { say, data: { preview: true, ...shown } };
}

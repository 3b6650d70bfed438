import { newId } from '../../contracts/ids.ts';
import type { Intent, NewIntent } from '../../contracts/intent.ts';
import type { MadreProposeCall, MadreProposeReply } from '../../contracts/proposal.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** Proposes what an agent asks for through a tool. It is logged before it is planned; a dry run leaves nothing. */
export async function agentProposal(
  deps: PlanDeps,
  call: MadreProposeCall,
): Promise<MadreProposeReply> {
  const { actor, principal, scope, correlation_id, action, targets, host, reason, via } = call;
  const intent_id = call.intent_id ?? newId('intent');
  const intent: Intent = {
    domain: action === 'run' ? 'system' : 'power',
    action,
    targets,
    hosts: host === null ? [] : [host],
    all: false,
    ttl_seconds: call.ttl_seconds,
    reason,
    code: null,
    confidence: 1,
    text: `${action} ${targets.join(', ')}`,
    language: 'en',
    warnings: [],
    parsed_by: 'rules',
  };
  if (!call.dry_run) {
    const received: NewIntent = {
      intent_id,
      at: deps.clock(),
      source: 'mcp',
      actor,
      session_id: null,
      correlation_id,
      payload: { action, targets, host, ttl_seconds: call.ttl_seconds, reason, via },
    };
    await deps.store.intents.append(received, [intentReceived(received)]);
  }
  const { plan } = await propose(deps, {
    source: 'mcp',
    actor,
    principal,
    scope,
    via: { tool: via.tool, client: via.client },
    correlation_id,
    intent,
    intent_id,
    reason,
    dry_run: call.dry_run,
    ...(call.steps !== null && { steps: call.steps }),
    ...(call.plan_id !== undefined && { plan_id: call.plan_id }),
  });
  return { plan };
}

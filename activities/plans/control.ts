import type { MadreControlCall, MadreControlReply } from '../../contracts/chat.ts';
import type { Intent, NewIntent } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import { newId } from '../../contracts/ids.ts';
import { defaultConfirm } from '../../domain/catalog.ts';
import { intentReceived } from '../../domain/intent-received.ts';
import type { Draft } from '../../domain/make-plan.ts';
import { parseIntent } from '../../domain/parse-intent.ts';
import { vocabularyOf } from '../../domain/plan-world.ts';
import { readWorld } from './facts.ts';
import { planOf } from './new-plan.ts';
import { planEvent } from './plan-events.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/**
 * One action on one target: the same plans under the same rules as by chat, without words to understand. What cannot be
 * planned is logged like everything else, and a plan that says why.
 */
export async function control(deps: PlanDeps, call: MadreControlCall): Promise<MadreControlReply> {
  const { actor, scope, correlation_id, target, host, ttl_seconds, reason } = call;
  const intent_id = call.intent_id ?? newId('intent');
  const at = deps.clock();
  const asked: NewIntent = {
    intent_id,
    at,
    source: 'control',
    actor,
    session_id: null,
    correlation_id,
    payload: { target, action: call.action, host, ttl_seconds, reason },
  };
  await deps.store.intents.append(asked, [intentReceived(asked)]);
  const vocabulary = vocabularyOf(await readWorld(deps.store));
  const action = call.action.replaceAll('_', ' ').trim();
  const parsed = parseIntent(`${verbOf(action)} ${target}`, vocabulary);
  const intent: Intent = {
    ...parsed,
    targets: [target],
    hosts: host === null ? [] : [host],
    ttl_seconds,
    reason,
    text: `${call.action} ${target}`,
  };
  const origin = { source: 'control', actor, intent, reason, correlation_id, intent_id } as const;
  const isKnown = parsed.targets.includes(target) || vocabulary.services.has(target);
  const refused = refusalOf(call, parsed, isKnown);
  if (refused === null) return { intent_id, ...(await propose(deps, { ...origin, scope })) };
  const names = { plan_id: newId('plan'), session_id: null };
  const draft: Draft = { ok: false, error: refused, warnings: [] };
  const plan = planOf({ ...origin, ...names }, draft, defaultConfirm, at);
  const event = planEvent(plan, 'plan.failed', 'madre', at, { error: refused });
  await deps.store.plans.insert(plan, null, [event]);
  return { intent_id, plan, confirm_token: null };
}

/** Why nothing can be planned; null where something can. */
function refusalOf(
  { action, target }: MadreControlCall,
  parsed: Intent,
  isKnown: boolean,
): StepError | null {
  if (parsed.action === 'chat' || parsed.action === 'help') {
    return { code: 'unknown_action', detail: `${action} is no action that is known here.` };
  }
  if (isKnown) return null;
  return { code: 'service_not_allowed', detail: `${target} is no service that is known here.` };
}

/** `start` of a service is opening it; `health` is a look. */
function verbOf(action: string): string {
  if (/^(start|wake|open window|power on|up)$/.test(action)) return 'open';
  if (/^(close window|sleep|down|power off)$/.test(action)) return 'close';
  return /^(health|healthcheck)$/.test(action) ? 'status' : action;
}

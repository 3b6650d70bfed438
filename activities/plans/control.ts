import type { MadreControlCall, MadreControlReply } from '../../contracts/chat.ts';
import type { NewIntent } from '../../contracts/intent.ts';
import { newId } from '../../contracts/ids.ts';
import { defaultConfirm } from '../../domain/services/catalog.ts';
import { controlIntentOf, windowIntentOf } from '../../domain/language/control-target.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import type { Draft } from '../../domain/plans/make-plan.ts';
import { vocabularyOf } from '../../domain/plans/planning-context.ts';
import { readWorld } from './facts.ts';
import { planOf } from './new-plan.ts';
import { planEvent } from './plan-events.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/**
 * Runs one action on one target, with the same plans and rules as chat but without a text to understand. If it cannot be
 * planned, it is still logged, and the returned plan says why.
 */
export async function control(deps: PlanDeps, call: MadreControlCall): Promise<MadreControlReply> {
  const { actor, principal, scope, correlation_id, target, host, ttl_seconds, reason } = call;
  const { window_id, dry_run = false } = call;
  const intent_id = call.intent_id ?? newId('intent');
  const at = deps.clock();
  const received: NewIntent = {
    intent_id,
    at,
    source: 'control',
    actor,
    session_id: null,
    correlation_id,
    payload: {
      target,
      ...(window_id !== undefined && { window_id }),
      action: call.action,
      host,
      ttl_seconds,
      reason,
      ...(dry_run && { dry_run }),
    },
  };
  await deps.store.intents.append(received, [intentReceived(received)]);
  const meant =
    window_id === undefined
      ? controlIntentOf(
          { ...call, target: target ?? '' },
          vocabularyOf(await readWorld(deps.store)),
        )
      : windowIntentOf({ ...call, window_id });
  const { intent } = meant;
  const origin = { source: 'control', actor, intent, reason, correlation_id, intent_id } as const;
  if (meant.ok) {
    return { intent_id, ...(await propose(deps, { ...origin, principal, scope, dry_run })) };
  }
  const { error } = meant;
  const names = { plan_id: newId('plan'), session_id: null };
  const draft: Draft = { ok: false, error, warnings: [] };
  const plan = planOf({ ...origin, ...names }, draft, defaultConfirm, at);
  if (dry_run) return { intent_id, plan, confirm_token: null };
  const event = planEvent(plan, 'plan.failed', 'madre', at, { error });
  await deps.store.plans.insert(plan, null, [event]);
  return { intent_id, plan, confirm_token: null };
}

import type { MadreControlCall, MadreControlReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import { parseIntent } from '../../domain/parse-intent.ts';
import { vocabularyOf } from '../../domain/plan-world.ts';
import { readWorld } from './facts.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** One action on one target: the same plans under the same rules as by chat, without words to understand. */
export async function control(deps: PlanDeps, call: MadreControlCall): Promise<MadreControlReply> {
  const { actor, scope, correlation_id, target, host, ttl_seconds, reason } = call;
  const world = await readWorld(deps.store);
  const vocabulary = vocabularyOf(world);
  const action = call.action.replaceAll('_', ' ').trim();
  const intent = parseIntent(`${verbOf(action)} ${target}`, vocabulary);
  const nothing = { intent_id: null, plan: null, confirm_token: null };
  if (intent.action === 'chat' || intent.action === 'help') {
    return { ...nothing, refused: `${call.action} is no action that is known here.` };
  }
  if (!intent.targets.includes(target) && !vocabulary.services.has(target)) {
    return { ...nothing, refused: `${target} is no service that is known here.` };
  }
  const intent_id = newId('intent');
  const at = deps.clock();
  await deps.store.intents.append(
    {
      intent_id,
      at,
      source: 'control',
      actor,
      session_id: null,
      correlation_id,
      payload: { target, action: call.action, host, ttl_seconds, reason },
    },
    [
      {
        type: 'intent.received',
        at,
        actor,
        correlation_id,
        payload: { intent_id, source: 'control' },
      },
    ],
  );
  const { plan, confirm_token } = await propose(deps, {
    source: 'control',
    actor,
    scope,
    intent: {
      ...intent,
      targets: [target],
      hosts: host === null ? [] : [host],
      ttl_seconds,
      reason,
      text: `${call.action} ${target}`,
    },
    reason,
    correlation_id,
    intent_id,
  });
  return { refused: null, intent_id, plan, confirm_token };
}

/** `start` of a service is opening it; `health` is a look. */
function verbOf(action: string): string {
  if (/^(start|wake|open window|power on|up)$/.test(action)) return 'open';
  if (/^(close window|sleep|down|power off)$/.test(action)) return 'close';
  return /^(health|healthcheck)$/.test(action) ? 'status' : action;
}

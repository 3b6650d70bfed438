import type { FastifyRequest } from 'fastify';
import { newId } from '../../contracts/ids.ts';
import type { IntentAnswer, NewIntent } from '../../contracts/intent.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { askPlainly } from '../routing/ask-plainly.ts';

const limitMs = 120_000;

/**
 * Answers an intent that requires switch by the target that fits best, and records it. Null if no target answers: then madre
 * does, as it would without.
 *
 * @param id correlation id
 * @param intentId shared by all retries of a request; undefined without an Idempotency-Key
 */
export async function askModel(
  context: GatewayContext,
  request: FastifyRequest,
  id: string,
  text: string,
  about: Record<string, unknown>,
  intentId: string | undefined,
): Promise<IntentAnswer | null> {
  const turns = [{ role: 'user', content: text }];
  const limit = AbortSignal.timeout(limitMs);
  const {
    target,
    decision_id,
    error,
    text: reply,
  } = await askPlainly(context, request, 'auto', turns, {}, limit);
  if (error !== null || target === null) return null;
  const provider = target.split('/', 1)[0]!;
  const asked: NewIntent = {
    intent_id: intentId ?? newId('intent'),
    at: context.clock(),
    source: 'intent',
    actor: callerOf(request).name,
    session_id: null,
    correlation_id: id,
    payload: { text, context: about, answered_by: { provider, target, decision_id, text: reply } },
  };
  await context.store().intents.append(asked, [intentReceived(asked)]);
  return {
    correlation_id: id,
    status: 'DONE',
    mode: 'SWITCH',
    provider,
    response: { text: reply, target, decision_id },
    error: null,
    degraded: false,
    timestamp: new Date(context.clock()).toISOString(),
  };
}

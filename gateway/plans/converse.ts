import type { MadreChatCall, MadreChatReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import { parseIntent } from '../../domain/parse-intent.ts';
import { vocabularyOf, worldOf } from '../../domain/plan-world.ts';
import { helpText, statusText, talkText, type ServiceFact } from '../../domain/reply.ts';
import type { GatewayContext } from '../context.ts';
import { notAsked } from '../madre.ts';

export interface Conversed extends MadreChatReply {
  answered_by: 'madre' | 'gateway';
}

/**
 * Hands what somebody says to madre, and gives her answer. Where she is away the gateway answers by itself, by the
 * same rules: it tells how things are, and starts nothing.
 */
export async function converse(context: GatewayContext, call: MadreChatCall): Promise<Conversed> {
  try {
    return { ...(await context.madre.chat(call)), answered_by: 'madre' };
  } catch (error) {
    context.logger.warn(
      { err: error, correlation_id: call.correlation_id },
      'madre did not answer a chat',
    );
    return alone(context, call, notAsked(error));
  }
}

async function alone(
  context: GatewayContext,
  call: MadreChatCall,
  nothingStarted: boolean,
): Promise<Conversed> {
  const catalogs = await Promise.resolve()
    .then(() => context.model.snapshot())
    .then((snapshot) => snapshot.catalogs)
    .catch(() => []);
  const world = worldOf(catalogs, []);
  const intent = parseIntent(call.message, vocabularyOf(world));
  const reads = /^(list|analyze|help|chat)$/.test(intent.action) && intent.domain !== 'audio';
  const response = reads
    ? await readAlone(context, intent)
    : nothingStarted
      ? `Understood as ${intent.action}${intent.targets.length > 0 ? ` of ${intent.targets.join(', ')}` : ''}. madre is away, so nothing was started; try again shortly.`
      : 'madre did not answer in time. What you asked for may still happen: GET /madre/plans tells.';
  return {
    response,
    session_id: call.session_id ?? `session-${newId('run').slice('run-'.length)}`,
    intent_id: null,
    plan_id: null,
    status: reads ? 'DONE' : 'ERROR',
    mode: intent.domain === 'audio' ? 'AUDIO_ENGINEER' : 'MADRE',
    provider: 'fallback_local',
    model: 'rules',
    warnings: [...intent.warnings, 'madre_unavailable'],
    targets: intent.targets,
    actions: [],
    degraded: true,
    correlation_id: call.correlation_id,
    reasoning: null,
    error: reads ? null : 'madre_unavailable',
    answered_by: 'gateway',
  };
}

async function readAlone(context: GatewayContext, intent: Intent): Promise<string> {
  if (intent.action === 'help') return helpText;
  if (intent.action === 'chat') return talkText;
  try {
    const { services } = await context.book.status();
    const shown = services.filter(
      ({ name }) => intent.targets.length === 0 || intent.targets.includes(name),
    );
    return statusText(shown satisfies ServiceFact[], intent.targets);
  } catch {
    return 'Neither madre nor the store answers, so it is not known how things are.';
  }
}

import type {
  ChatAnswer,
  OnChatPart,
  MadreChatCall,
  MadreChatReply,
} from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import { parseIntent } from '../../domain/language/parse-intent.ts';
import { namedHost } from '../../domain/plans/placement.ts';
import {
  vocabularyOf,
  planningContextOf,
  type PlanningContext,
} from '../../domain/plans/planning-context.ts';
import {
  sentencesOf,
  statusText,
  talkText,
  type ServiceFact,
} from '../../domain/language/chat-reply.ts';
import type { GatewayContext } from '../context.ts';
import { notAsked } from '../madre/client.ts';

export interface MadreAnswer {
  answer: MadreChatReply;
  answered_by: 'madre' | 'gateway';
  /** The message certainly did not reach madre. */
  not_asked: boolean;
}

/** The part of an answer that every chat route shows. */
export function chatOf({ answer }: MadreAnswer): ChatAnswer {
  const { error: _, reasoning: __, confidence: ___, ...shown } = answer;
  return shown;
}

/**
 * Sends a chat message to madre and returns the answer. If madre is unavailable, the gateway answers by the same rules:
 * it reports the state of things, and starts nothing. `onPart` gets each part that comes before madre's answer.
 */
export async function askMadre(
  context: GatewayContext,
  call: MadreChatCall,
  onPart?: OnChatPart,
): Promise<MadreAnswer> {
  try {
    const answer = await context.madre.chat(call, onPart);
    return { answer, answered_by: 'madre', not_asked: false };
  } catch (error) {
    context.logger.warn(
      { err: error, correlation_id: call.correlation_id },
      'madre did not answer a chat',
    );
    const not_asked = notAsked(error);
    return {
      answer: await answerWithoutMadre(context, call, not_asked),
      answered_by: 'gateway',
      not_asked,
    };
  }
}

async function answerWithoutMadre(
  context: GatewayContext,
  call: MadreChatCall,
  nothingStarted: boolean,
): Promise<MadreChatReply> {
  const catalogs = await Promise.resolve()
    .then(() => context.model.snapshot())
    .then((snapshot) => snapshot.catalogs)
    .catch(() => []);
  const planning = planningContextOf(catalogs, []);
  const intent = parseIntent(call.message, vocabularyOf(planning));
  const reads = /^(list|analyze|help|chat)$/.test(intent.action) && intent.domain !== 'audio';
  const sentences = sentencesOf(intent.language);
  const response = reads
    ? await readWithoutMadre(context, intent, planning)
    : nothingStarted
      ? sentences.notStarted(intent.action, intent.targets.join(', '))
      : sentences.mayStillHappen;
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
    confidence: intent.confidence,
    error: reads ? null : 'madre_unavailable',
  };
}

async function readWithoutMadre(
  context: GatewayContext,
  intent: Intent,
  planning: PlanningContext,
): Promise<string> {
  const { action, targets, hosts, language } = intent;
  const sentences = sentencesOf(language);
  if (action === 'help') return sentences.help;
  if (action === 'chat') return talkText(intent);
  const placement = namedHost(hosts, planning, language);
  if (!placement.ok) return sentences.failed(placement.error.detail);
  try {
    const { services } = await context.statusCache.status();
    const shown = services.filter(
      ({ name, host }) =>
        (targets.length === 0 || targets.includes(name)) &&
        (placement.host === null || placement.host === host),
    );
    return statusText(shown satisfies ServiceFact[], targets, language);
  } catch {
    return sentences.nothingKnown;
  }
}

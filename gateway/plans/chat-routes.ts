import {
  chatAnswer,
  chatBody,
  chatV3Answer,
  chatV3Body,
  operatorChatAnswer,
  operatorChatBody,
  sessionAnswer,
  sessionId,
  type ChatAnswer,
  type OnChatPart,
} from '../../contracts/chat.ts';
import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { acceptsEvents } from '../http/negotiate.ts';
import { callerOf } from '../http/authenticate.ts';
import { chatEvents, createChatStreams } from './chat-stream.ts';
import type { Routes } from '../context.ts';
import { chatExample, sessionExample } from './examples.ts';
import { refuseKey } from '../http/idempotency.ts';
import { askMadre, type MadreAnswer } from './madre-client.ts';
import { chatRequest } from './chat-request.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { isAwake } from '../reads/snapshot.ts';

const rule = { scope: 'operator' } as const;

/** What every door tells of an answer, and no more. */
function chatOf({ answer }: MadreAnswer): ChatAnswer {
  const { error: _, reasoning: __, ...told } = answer;
  return told;
}

/** A talk is answered as JSON or, for who prefers them, by events. */
const eitherWay = <T extends z.ZodType>(answer: T, example: z.output<T>) => ({
  200: {
    description: 'The answer',
    content: {
      'application/json': { schema: answer.meta({ examples: [example] }) },
      'text/event-stream': { schema: chatEvents(answer, example) },
    },
  },
});

/** Talking to madre: what is said becomes an intent, a plan, and what came of it. */
export const madreChatRoutes: Routes = (context) => async (app) => {
  const streams = createChatStreams(context.config);

  app.route({
    method: 'POST',
    url: '/madre/chat',
    config: { rule },
    schema: {
      operationId: 'chat',
      tags: ['madre'],
      summary: 'Say what you want, in English or Spanish',
      description:
        'Reads are answered at once and LOW risk runs at once; MED and HIGH answer WAITING with a confirm_token, shown ' +
        'this once. An Idempotency-Key is refused: talk is not kept for repeats; POST /vx11/intent takes one. Answers ' +
        'within 3 s; what still runs then has the warning still_running; what had no turn by then, behind others of its ' +
        'session, has session_busy, and started nothing. With Accept: text/event-stream it is answered by Server-Sent Events: text ' +
        '(words of the model, as they come), step (as the plan runs), and last answer (the same as without), which alone ' +
        'holds, or error (a problem). A connection that breaks takes nothing back: look for its plan, and do not repeat it.',
      querystring: noQuery,
      body: chatBody.meta({ examples: [{ message: 'stop redis', session_id: 'desk' }] }),
      response: answers(eitherWay(chatAnswer, chatExample)),
    },
    handler: async (request, reply) => {
      refuseKey(request);
      const { message, session_id, context: about, dry_run } = request.body;
      const call = {
        ...chatRequest(request, 'chat'),
        message,
        session_id: session_id ?? null,
        context: about ?? {},
        dry_run: dry_run ?? false,
      };
      const said = async (hear?: OnChatPart) => chatOf(await askMadre(context, call, hear));
      if (!acceptsEvents(request.headers.accept)) return said();
      return streams.answer({ request, reply }, chatAnswer, said);
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/v3/chat',
    config: { rule },
    schema: {
      operationId: 'chatWithReasoning',
      tags: ['madre'],
      summary: 'The same, with the reasoning of the model where it gave one',
      querystring: noQuery,
      body: chatV3Body.meta({ examples: [{ user_input: 'stop redis', require_reasoning: true }] }),
      response: answers(eitherWay(chatV3Answer, { ...chatExample, reasoning: null })),
    },
    handler: async (request, reply) => {
      refuseKey(request);
      const { user_input, require_reasoning, session_id } = request.body;
      const call = {
        ...chatRequest(request, 'chat'),
        message: user_input,
        session_id: session_id ?? null,
        require_reasoning: require_reasoning ?? false,
      };
      const said = async (hear?: OnChatPart) => {
        const conversed = await askMadre(context, call, hear);
        return { ...chatOf(conversed), reasoning: conversed.answer.reasoning };
      };
      if (!acceptsEvents(request.headers.accept)) return said();
      return streams.answer({ request, reply }, chatV3Answer, said);
    },
  });

  const switchIsAwake = async (): Promise<boolean> => {
    try {
      return isAwake(await context.model.snapshot(), 'switch', context.clock());
    } catch {
      return false; // what the store cannot tell is asleep
    }
  };

  for (const [url, operationId] of [
    ['/operator/chat', 'operatorChat'],
    ['/operator/chat/ask', 'askOperator'],
  ] as const) {
    app.route({
      method: 'POST',
      url,
      config: { rule },
      schema: {
        operationId,
        tags: ['operator'],
        summary:
          'Ask whoever can answer: the switch while it is awake, else madre, else the gateway',
        querystring: noQuery,
        body: operatorChatBody.meta({ examples: [{ message: 'status', session_id: 'desk' }] }),
        response: answers({
          200: operatorChatAnswer.meta({ examples: [{ ...chatExample, answered_by: 'madre' }] }),
        }),
      },
      handler: async (request) => {
        refuseKey(request);
        const { message, session_id, user_id, metadata } = request.body;
        const about = { ...metadata, ...(user_id !== undefined && { user_id }) };
        const conversed = await askMadre(context, {
          ...chatRequest(request, 'operator'),
          message,
          session_id: session_id ?? null,
          context: about,
        });
        // awake, and not yet at work: madre stands in, and says so
        const standsIn = await switchIsAwake();
        return {
          ...chatOf(conversed),
          ...(standsIn && {
            degraded: true,
            warnings: [...conversed.answer.warnings, 'switch: not_available_yet'],
          }),
          answered_by: conversed.answered_by,
        };
      },
    });
  }

  app.route({
    method: 'GET',
    url: '/operator/session/:session_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getSession',
      tags: ['operator'],
      summary: 'A talk of yours: its newest 50 turns, what it is about, and its summary',
      params: z.strictObject({ session_id: sessionId }),
      querystring: noQuery,
      response: answers({ 200: sessionAnswer.meta({ examples: [sessionExample] }) }),
    },
    handler: async (request) => {
      const id = request.params.session_id;
      const session = await context.store().sessions.find(callerOf(request).name, id);
      if (session === null) {
        throw new VX11Error('session_not_found', `You have no session ${id}; a chat begins one.`);
      }
      return session;
    },
  });
};

import {
  chatAnswer,
  chatBody,
  chatV3Answer,
  chatV3Body,
  operatorChatAnswer,
  operatorChatBody,
  sessionAnswer,
  sessionId,
  sessionListAnswer,
  type OnChatPart,
} from '../../contracts/chat.ts';
import { z } from 'zod';
import { acceptsEvents } from '../http/negotiate.ts';
import { callerOf } from '../http/authenticate.ts';
import { chatEvents, createChatStreams } from './chat-stream.ts';
import type { Routes } from '../context.ts';
import { chatExample, sessionExample, sessionSummaryExample } from './examples.ts';
import { refuseKey } from '../http/idempotency.ts';
import { askMadre, chatOf } from './madre-client.ts';
import { askOperator } from './operator-chat.ts';
import { ownSession } from './own-session.ts';
import { chatRequest } from './chat-request.ts';
import { answers, limitQuery, noQuery } from '../http/route-schema.ts';

const rule = { scope: 'operator' } as const;

/** A chat is answered as JSON or, if the caller prefers it, by Server-Sent Events. */
const eitherWay = <T extends z.ZodType>(answer: T, example: z.output<T>) => ({
  200: {
    description: 'The answer',
    content: {
      'application/json': { schema: answer.meta({ examples: [example] }) },
      'text/event-stream': { schema: chatEvents(answer, example) },
    },
  },
});

/** Chat with madre: a message becomes an intent, a plan, and its result. */
export const madreChatRoutes: Routes = (context) => async (app) => {
  const streams = createChatStreams(context);

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
        'this once. An Idempotency-Key is refused: answers are not kept for retries; POST /vx11/intent takes one. Answers ' +
        'within 3 s: a plan that still runs has the warning still_running; a message still queued behind others of its ' +
        'session has session_busy, and started nothing. With Accept: text/event-stream the answer is Server-Sent Events: text ' +
        '(words of the model as they arrive), step (as the plan runs), and last answer (the same as without; only it ' +
        'counts) or error (a problem). A broken connection undoes nothing: look for its plan, and do not repeat it.',
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
      const ask = async (onPart?: OnChatPart) => chatOf(await askMadre(context, call, onPart));
      if (!acceptsEvents(request.headers.accept)) return ask();
      return streams.answer({ request, reply }, chatAnswer, ask);
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/v3/chat',
    config: { rule },
    schema: {
      operationId: 'chatWithReasoning',
      tags: ['madre'],
      summary: 'The same, with the reasoning of the model if it gave one',
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
      const ask = async (onPart?: OnChatPart) => {
        const result = await askMadre(context, call, onPart);
        return { ...chatOf(result), reasoning: result.answer.reasoning };
      };
      if (!acceptsEvents(request.headers.accept)) return ask();
      return streams.answer({ request, reply }, chatV3Answer, ask);
    },
  });

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
        summary: 'Ask the switch while it is awake, else madre, else the gateway',
        querystring: noQuery,
        body: operatorChatBody.meta({ examples: [{ message: 'status', session_id: 'desk' }] }),
        response: answers({
          200: operatorChatAnswer.meta({ examples: [{ ...chatExample, answered_by: 'madre' }] }),
        }),
      },
      handler: async (request) => {
        refuseKey(request);
        return askOperator(context, request, request.body);
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
      summary: 'A chat session of yours: its newest 50 turns, its subject, and its summary',
      params: z.strictObject({ session_id: sessionId }),
      querystring: noQuery,
      response: answers({ 200: sessionAnswer.meta({ examples: [sessionExample] }) }),
    },
    handler: (request) => ownSession(context, callerOf(request), request.params.session_id),
  });

  app.route({
    method: 'GET',
    url: '/operator/sessions',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listSessions',
      tags: ['operator'],
      summary: 'Your chat sessions, the newest first',
      querystring: z.strictObject({ limit: limitQuery(200, 50) }),
      response: answers({
        200: sessionListAnswer.meta({ examples: [{ sessions: [sessionSummaryExample] }] }),
      }),
    },
    handler: async (request) => ({
      sessions: await context.store().sessions.list(callerOf(request), request.query.limit),
    }),
  });
};

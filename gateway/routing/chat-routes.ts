import type { FastifyReply } from 'fastify';
import {
  embeddingsAnswer,
  embeddingsRequest,
  responsesAnswer,
  responsesRequest,
} from '../../contracts/front-forms.ts';
import { chatCompletion, chatRequest } from '../../contracts/openai.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { completionExample, embeddingsExample, responsesExample } from './examples.ts';
import { answerFront } from './front/answer-front.ts';
import { chatFront, embeddingsFront, responsesFront } from './front/fronts.ts';
import { frontBodyLimit, plainFront } from './plain-front.ts';

/** The front that clients of OpenAI speak to. */
export const chatRoutes: Routes = (context) => async (app) => {
  plainFront(app, chatFront);
  const shared = {
    method: 'POST',
    bodyLimit: frontBodyLimit,
    config: { rule: { scope: 'operator', countsAsRead: true } },
    // what a target answered passes as it is
    serializerCompiler: () => (data: unknown) => data as string,
  } as const;

  app.route({
    ...shared,
    url: '/v1/chat/completions',
    schema: {
      operationId: 'createChatCompletion',
      tags: ['models'],
      summary: 'Answer a chat by the target that fits best',
      description:
        'As OpenAI’s route of this name; unknown fields pass. Headers x-vx11-mode, -task-type, -max-cost-usd, -deadline-ms, ' +
        '-wake, -fallback, -data, -conversation and -seed say how it is routed; x-vx11-open opens switch first. Errors have ' +
        'OpenAI’s form.',
      querystring: noQuery,
      body: chatRequest.meta({
        examples: [{ model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }] }],
      }),
      response: answers({ 200: chatCompletion.meta({ examples: [completionExample] }) }),
    },
    handler: (request, reply) =>
      answerFront(context, request, reply as FastifyReply, chatFront) as never,
  });

  app.route({
    ...shared,
    url: '/v1/responses',
    schema: {
      operationId: 'createResponse',
      tags: ['models'],
      summary: 'The same in the form of OpenAI’s responses; nothing is stored',
      querystring: noQuery,
      body: responsesRequest.meta({ examples: [{ model: 'auto', input: 'Say hello.' }] }),
      response: answers({ 200: responsesAnswer.meta({ examples: [responsesExample] }) }),
    },
    handler: (request, reply) =>
      answerFront(context, request, reply as FastifyReply, responsesFront) as never,
  });

  app.route({
    ...shared,
    url: '/v1/embeddings',
    schema: {
      operationId: 'createEmbeddings',
      tags: ['models'],
      summary: 'Vectors of texts, by a model that makes them',
      description: 'Name a model: vectors of different models cannot be compared.',
      querystring: noQuery,
      body: embeddingsRequest.meta({
        examples: [{ model: 'ollama/nomic-embed-text', input: ['hello', 'good morning'] }],
      }),
      response: answers({ 200: embeddingsAnswer.meta({ examples: [embeddingsExample] }) }),
    },
    handler: (request, reply) =>
      answerFront(context, request, reply as FastifyReply, embeddingsFront) as never,
  });
};

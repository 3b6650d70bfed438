import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { countedTokens, messagesAnswer, messagesRequest } from '../../contracts/front-forms.ts';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import { noBeliefs } from '../../domain/routing/learning/beliefs.ts';
import { countPrompt } from '../../domain/routing/learning/count-prompt.ts';
import { readModelName } from '../../domain/routing/request/model-name.ts';
import type { Routes } from '../context.ts';
import { answers } from '../http/route-schema.ts';
import { messagesExample } from './examples.ts';
import { FrontError } from './failure.ts';
import { answerFront, readForm } from './front/answer-front.ts';
import { messagesFront } from './front/fronts.ts';
import { frontBodyLimit, plainFront } from './plain-front.ts';
import { createPublished } from './published.ts';

const betaQuery = z.strictObject({ beta: z.string().max(10).optional() });
const example = {
  model: 'auto',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Say hello.' }],
};

/** The front that clients of Anthropic speak to. */
export const messagesRoutes: Routes = (context) => async (app) => {
  plainFront(app, messagesFront);

  app.route({
    method: 'POST',
    url: '/v1/messages',
    bodyLimit: frontBodyLimit,
    config: { rule: { scope: 'operator', countsAsRead: true } },
    schema: {
      operationId: 'createMessage',
      tags: ['models'],
      summary: 'The same in the form of Anthropic’s messages',
      description: 'The token may also be sent as x-api-key. Errors have Anthropic’s form.',
      querystring: betaQuery,
      body: messagesRequest.meta({ examples: [example] }),
      response: answers({ 200: messagesAnswer.meta({ examples: [messagesExample] }) }),
    },
    serializerCompiler: () => (data) => data as string,
    handler: (request, reply) =>
      answerFront(context, request, reply as FastifyReply, messagesFront) as never,
  });

  const { store, clock } = context;
  const published = createPublished(store, clock);
  app.route({
    method: 'POST',
    url: '/v1/messages/count_tokens',
    bodyLimit: frontBodyLimit,
    config: { rule: { scope: 'viewer', countsAsRead: true } },
    schema: {
      operationId: 'countMessageTokens',
      tags: ['models'],
      summary: 'How many tokens such a request has, as far as is known; also while switch sleeps',
      description:
        'An estimate from its length, corrected by what the named model counted before. No model is asked.',
      querystring: betaQuery,
      body: messagesRequest.meta({ examples: [example] }),
      response: answers({ 200: countedTokens.meta({ examples: [{ input_tokens: 14 }] }) }),
    },
    handler: async ({ body }) => {
      const form = readForm(messagesFront, body)!;
      const { providers } = await published.read();
      const ids = providers.flatMap(({ models }) => models.map(({ id }) => id));
      const named = readModelName(body.model, ids);
      if (named === null)
        throw new FrontError(
          'model_not_found',
          `No target is called ${JSON.stringify(body.model)}. GET /v1/models lists them.`,
          { param: 'model' },
        );
      const row = await store().routing.state.read('beliefs');
      const beliefs = (row?.value as RoutingBeliefs | undefined) ?? noBeliefs();
      return { input_tokens: countPrompt(form.body, beliefs, named.auto ? null : named.target) };
    },
  });
};

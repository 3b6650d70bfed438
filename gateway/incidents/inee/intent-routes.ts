import { colonyIntentAnswer, submitColonyIntentBody } from '../../../contracts/inee.ts';
import { callerOf } from '../../http/authenticate.ts';
import { answers, idempotencyHeaders, noQuery } from '../../http/route-schema.ts';
import { takeColonyIntent } from './colonies.ts';
import type { IneeRoutes } from './context.ts';
import { colonyIntentExample, payloadExample } from './examples.ts';

/** Takes intents of colonies. */
export const colonyIntentRoutes: IneeRoutes = (context) => async (app) => {
  app.route({
    method: 'POST',
    url: '/hormiguero/inee/intents/submit',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'submitColonyIntent',
      tags: ['incidents'],
      summary: 'Report a finding of a colony to madre',
      description: 'It goes to the lane of the domain inee and its type. Only madre acts.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: submitColonyIntentBody.meta({
        examples: [
          {
            intent_type: 'apply',
            payload: payloadExample,
            remote_colony_id: 'garden',
            correlation_id: 'leaf-7',
          },
        ],
      }),
      response: answers({ 200: colonyIntentAnswer.meta({ examples: [colonyIntentExample] }) }),
    },
    handler: (request) =>
      takeColonyIntent(context, request.body, {
        actor: callerOf(request).name,
        correlation_id: request.id,
      }),
  });
};

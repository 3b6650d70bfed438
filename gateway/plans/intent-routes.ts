import { intentAnswer, intentBody } from '../../contracts/intent.ts';
import type { Routes } from '../context.ts';
import { intentExample } from './examples.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { createSubmitIntent } from './submit-intent.ts';

/** Takes any request to madre in one form for programs, and shows its result. */
export const intentRoutes: Routes = (context) => async (app) => {
  const submit = createSubmitIntent(context);

  app.route({
    method: 'POST',
    url: '/vx11/intent',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'submitIntent',
      tags: ['madre'],
      summary: 'Say what you want, and what has to be awake for it',
      description:
        'require.switch and require.spawner name a service that has to be awake; if it sleeps, the answer is ERROR, ' +
        'FALLBACK, off_by_policy, with a hint. With require.spawner the text runs as a shell task; payload.code runs as ' +
        'payload.task_type. A repeat with an Idempotency-Key gives the first answer without its confirm_token, which ' +
        'POST /madre/plans/{id}/token renews; if madre was late, a repeat gives the result.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: intentBody.meta({ examples: [{ intent_type: 'chat', text: 'status' }] }),
      response: answers({ 200: intentAnswer.meta({ examples: [intentExample] }) }),
    },
    handler: (request) => submit(request, request.body),
  });
};

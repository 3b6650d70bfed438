import { statusAnswer } from '../../contracts/status.ts';
import type { Routes } from '../context.ts';
import { statusExample } from '../examples.ts';
import { answers, noQuery } from '../route-schema.ts';
import { sendJsonText } from '../reply.ts';
import { whenKnown } from '../soon.ts';

/** What runs, what sleeps, and which windows are live. */
export const statusRoutes: Routes =
  ({ book }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/vx11/status',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getStatus',
        tags: ['status'],
        summary: 'The state of every service and window',
        querystring: noQuery,
        response: answers({ 200: statusAnswer.meta({ examples: [statusExample] }) }),
      },
      handler: (_request, reply) =>
        whenKnown(book.statusText(), (text) => sendJsonText(reply, text)),
    });
  };

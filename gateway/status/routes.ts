import { statusAnswer } from '../../contracts/status.ts';
import type { Routes } from '../context.ts';
import { statusExample } from '../openapi/examples.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { sendJsonText } from '../http/send-json.ts';
import { mapMaybe } from '../reads/maybe-promise.ts';

/** Shows which services run or sleep, and which windows are live. */
export const statusRoutes: Routes =
  ({ statusCache }) =>
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
        mapMaybe(statusCache.statusText(), (text) => sendJsonText(reply, text)),
    });
  };

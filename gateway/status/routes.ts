import { statusAnswer } from '../../contracts/status.ts';
import type { Routes } from '../context.ts';
import { statusExample } from '../openapi/examples.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { codingFor, isKnown } from '../http/negotiate.ts';
import { sendJsonText, sendNotModified } from '../http/send-json.ts';
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
        description:
          'ETag covers all but the timestamp; If-None-Match answers 304. Compressed on request.',
        querystring: noQuery,
        response: answers({ 200: statusAnswer.meta({ examples: [statusExample] }) }),
      },
      handler: ({ headers }, reply) =>
        mapMaybe(statusCache.statusText(), (text) => {
          const coding = codingFor(headers['accept-encoding']);
          reply.headers({ etag: `W/${text.etag}`, vary: 'Accept-Encoding' });
          if (isKnown(headers['if-none-match'], text.etag)) return sendNotModified(reply);
          if (coding !== 'identity') reply.header('content-encoding', coding);
          return sendJsonText(reply, text.in(coding));
        }),
    });
  };

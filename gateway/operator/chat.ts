import { operatorChatBody } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import {
  chatCommandAnswer,
  chatCommandBody,
  operatorApiChatAnswer,
} from '../../contracts/operator-api.ts';
import type { Routes } from '../context.ts';
import { refuseKey } from '../http/idempotency.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { exampleCorrelation, statusExample } from '../openapi/examples.ts';
import { chatExample } from '../plans/examples.ts';
import { askOperator } from '../plans/operator-chat.ts';
import { runCommand } from './commands.ts';
import { isoTime } from '../../platform/time.ts';

const rule = { scope: 'operator' } as const;

/** The chat of the older UI, and its commands. */
export const operatorApiChatRoutes: Routes = (context) => async (app) => {
  app.route({
    method: 'POST',
    url: '/operator/api/chat',
    config: { rule },
    schema: {
      operationId: 'operatorApiChat',
      tags: ['operator'],
      summary: 'POST /operator/chat, with the field names of older versions',
      querystring: noQuery,
      body: operatorChatBody.meta({ examples: [{ message: 'status', session_id: 'desk' }] }),
      response: answers({
        200: operatorApiChatAnswer.meta({
          examples: [
            {
              ...chatExample,
              message_id: 'msg_1a2b3c4d',
              model_used: chatExample.model,
              fallback_source: null,
              latency_ms: 12,
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      refuseKey(request);
      const from = performance.now();
      const { answered_by, ...answer } = await askOperator(context, request, request.body);
      return {
        ...answer,
        message_id: `msg_${newId('run').slice('run-'.length, 'run-'.length + 8)}`,
        model_used: answer.model,
        fallback_source: answer.degraded ? answered_by : null,
        latency_ms: Math.round(performance.now() - from),
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/operator/api/chat/commands',
    config: { rule },
    schema: {
      operationId: 'runChatCommand',
      tags: ['operator'],
      summary: 'status, open_window, close_window, spawn or message',
      description:
        'args are those of the route that does the same: of POST /operator/power/window/open and /close, and of ' +
        'POST /vx11/spawn. An unknown command lists the known ones.',
      querystring: noQuery,
      body: chatCommandBody.meta({
        examples: [{ command: 'open_window', args: { services: ['redis'], ttl_sec: 600 } }],
      }),
      response: answers({
        200: chatCommandAnswer.meta({
          examples: [
            {
              session_id: null,
              correlation_id: exampleCorrelation,
              command: 'status',
              timestamp: statusExample.timestamp,
              result: 'ok',
              error: null,
              detail: null,
              data: { mode: 'solo_madre' },
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      refuseKey(request);
      const { command, session_id, correlation_id } = request.body;
      return {
        session_id: session_id ?? null,
        correlation_id: correlation_id ?? request.id,
        command,
        timestamp: isoTime(context.clock()),
        ...(await runCommand(context, request, request.body)),
      };
    },
  });
};

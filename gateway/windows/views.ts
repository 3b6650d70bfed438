import { z } from 'zod';
import { hostName, serviceName, windowId } from '../../contracts/text.ts';
import {
  windowListAnswer,
  windowState,
  windowStatusAnswer,
  windowView,
} from '../../contracts/window.ts';
import { cursorPattern } from '../../store/windows/windows.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { sendJsonText } from '../http/send-json.ts';
import { answers, cursorQuery, limitQuery, noQuery, periodQuery } from '../http/route-schema.ts';
import { mapMaybe } from '../reads/maybe-promise.ts';
import { noSuchWindow } from './answers.ts';

const listQuery = z.strictObject({
  state: windowState.optional(),
  owner: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The name of the token that opened it' }),
  service: serviceName.optional(),
  host: hostName.optional(),
  ...periodQuery,
  limit: limitQuery(200, 50),
  cursor: cursorQuery(cursorPattern),
});

/** Reads of windows; a read never renews a window. */
export const windowViewRoutes: Routes = (context) => async (app) => {
  const { statusCache } = context;

  app.route({
    method: 'GET',
    url: '/vx11/window/status/:target',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getWindowStatus',
      tags: ['windows'],
      summary: 'Is this service open, and for how long? Never renews',
      params: z.strictObject({ target: serviceName }),
      querystring: noQuery,
      response: answers({
        200: windowStatusAnswer.meta({
          examples: [
            {
              target: 'redis',
              window_id: example.exampleId,
              is_open: true,
              state: 'open',
              ttl_remaining_seconds: 540,
              opened_at: example.openExample.opened_at,
              expires_at: example.openExample.expires_at,
            },
          ],
        }),
      }),
    },
    handler: (request, reply) =>
      mapMaybe(statusCache.targetText(request.params.target), (text) => sendJsonText(reply, text)),
  });

  app.route({
    method: 'GET',
    url: '/vx11/windows',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listWindows',
      tags: ['windows'],
      summary: 'All windows, newest first',
      querystring: listQuery,
      response: answers({
        200: windowListAnswer.meta({
          examples: [{ windows: [example.windowExample], next_cursor: null }],
        }),
      }),
    },
    handler: async ({ query }) => context.store().windows.list(query),
  });

  app.route({
    method: 'GET',
    url: '/vx11/windows/:window_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getWindow',
      tags: ['windows'],
      summary: 'One window, with its receipt once it ended',
      params: z.strictObject({ window_id: windowId }),
      querystring: noQuery,
      response: answers({ 200: windowView.meta({ examples: [example.closedWindowExample] }) }),
    },
    handler: async ({ params }) => {
      const view = await context.store().windows.find(params.window_id);
      if (view === null) throw noSuchWindow(params.window_id);
      return view;
    },
  });
};

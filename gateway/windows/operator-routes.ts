import { VX11Error } from '../../contracts/errors.ts';
import {
  operatorCloseAnswer,
  operatorCloseBody,
  operatorOpenAnswer,
  operatorOpenBody,
  operatorWindowsAnswer,
  powerStateAnswer,
} from '../../contracts/operator.ts';
import { hasEnded } from '../../domain/windows/window.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { runningNames, windowServices } from '../reads/snapshot.ts';
import { operatorAnswer, remaining } from './answers.ts';
import { withOpenStatus } from './open-request.ts';
import { closeOperatorWindow, openOnes, openOperatorWindow } from './operator-window.ts';

/** Windows over several services, for operators. */
export const operatorWindowRoutes: Routes = (context) => async (app) => {
  const { statusCache, model, clock } = context;

  for (const [url, operationId] of [
    ['/operator/power/window/open', 'operatorOpenWindow'],
    ['/operator/api/chat/window/open', 'chatOpenWindow'],
  ] as const) {
    app.route({
      method: 'POST',
      url,
      config: { rule: { scope: 'operator', idempotent: true } },
      schema: {
        operationId,
        tags: ['operator'],
        summary: 'Open one window over several services',
        description:
          'hold has no deadline and needs an admin token. when_full: wait for room (202, queued) or be refused (409).',
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: operatorOpenBody.meta({
          examples: [{ services: ['redis'], ttl_sec: 600, reason: 'demo', when_full: 'queue' }],
        }),
        response: answers({
          200: operatorOpenAnswer.meta({ examples: [example.operatorOpenExample] }),
          202: operatorOpenAnswer.meta({
            examples: [{ ...example.operatorOpenExample, state: 'opening' }],
          }),
        }),
      },
      handler: async (request, reply) => {
        const opened = await openOperatorWindow(context, request, request.body);
        withOpenStatus(reply, opened);
        return reply.send(operatorAnswer(opened, request.id, clock()));
      },
    });
  }

  for (const [url, operationId] of [
    ['/operator/power/window/close', 'operatorCloseWindow'],
    ['/operator/api/chat/window/close', 'chatCloseWindow'],
  ] as const) {
    app.route({
      method: 'POST',
      url,
      config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
      schema: {
        operationId,
        tags: ['operator'],
        summary: 'End an operator window; without an id the newest that is open',
        description: 'May be called without a body, which means {}.',
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: operatorCloseBody.meta({ examples: [{ window_id: example.exampleId }] }),
        response: answers({
          200: operatorCloseAnswer.meta({
            examples: [
              {
                window_id: example.exampleId,
                closed_at: example.receiptExample.closed_at,
                services_stopped: ['redis'],
                state: 'closed',
                receipt: example.receiptExample,
                correlation_id: example.exampleCorrelation,
              },
            ],
          }),
          202: operatorCloseAnswer,
        }),
      },
      handler: async (request, reply) => {
        const ended = await closeOperatorWindow(context, request, request.body.window_id);
        const { window_id, receipt } = ended;
        const answer = { window_id, correlation_id: request.id };
        if (receipt === null) {
          if (hasEnded(ended)) {
            throw new VX11Error('window_ended', `${window_id} failed and held nothing.`);
          }
          const open = { state: 'closing' as const, closed_at: null, receipt };
          return reply.code(202).send({ ...answer, ...open, services_stopped: [] });
        }
        const stopped = receipt.services.filter(({ state }) => state !== 'running');
        return reply.send({
          ...answer,
          closed_at: receipt.closed_at,
          services_stopped: stopped.map(({ service }) => service),
          state: 'closed' as const,
          receipt,
        });
      },
    });
  }

  app.route({
    method: 'GET',
    url: '/operator/power/window/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listOpenWindows',
      tags: ['operator'],
      summary: 'Operator windows that are live',
      querystring: noQuery,
      response: answers({
        200: operatorWindowsAnswer.meta({
          examples: [
            {
              windows: [
                {
                  ...example.windowExample,
                  kind: 'operator',
                  target: null,
                  ttl_remaining_sec: 540,
                },
              ],
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const now = clock();
      const live = openOnes(await model.snapshot(), null);
      return {
        windows: live.map((view) => ({ ...view, ttl_remaining_sec: remaining(view, now) })),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/operator/power/state',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getPowerState',
      tags: ['operator'],
      summary: 'Live windows, and the services that run or can be opened',
      querystring: noQuery,
      response: answers({
        200: powerStateAnswer.meta({
          examples: [
            {
              policy: 'windowed',
              active_windows: [example.windowExample],
              running_services: ['tentaculo_link', 'madre', 'redis'],
              available_services: ['redis', 'web'],
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const snapshot = await model.snapshot();
      const { mode, services, windows: live } = await statusCache.status();
      return {
        policy: mode,
        active_windows: live,
        running_services: runningNames(services),
        available_services: windowServices(snapshot),
      };
    },
  });
};

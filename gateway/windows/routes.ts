import { maxExpiresAt } from '../../contracts/max-expiry.ts';
import { VX11Error } from '../../contracts/errors.ts';
import {
  closeWindowAnswer,
  closeWindowBody,
  extendWindowAnswer,
  extendWindowBody,
  openWindowAnswer,
  openWindowBody,
} from '../../contracts/window.ts';
import { actorOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { findTarget } from './find-window.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { longestTtlMs, resolveService } from '../reads/resolve-service.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { openAnswer, remaining } from './answers.ts';
import { requestedBy, waitMsOf, withOpenStatus } from './open-request.ts';

const change = { scope: 'operator', idempotent: true } as const;

/** Opens, extends and closes windows on one service. */
export const windowRoutes: Routes = (context) => async (app) => {
  const { model, windows, clock } = context;

  app.route({
    method: 'POST',
    url: '/vx11/window/open',
    config: { rule: change },
    schema: {
      operationId: 'openWindow',
      tags: ['windows'],
      summary: 'Open a service for a while',
      description:
        'The same target again renews its window. 202 if it is not up within wait_seconds; it continues, ' +
        'see GET /vx11/windows/{id}. A repeat with the same Idempotency-Key gives the first answer, also a 202.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: openWindowBody.meta({
        examples: [{ target: 'redis', ttl_seconds: 600, reason: 'demo' }],
      }),
      response: answers({
        200: openWindowAnswer.meta({ examples: [example.openExample] }),
        202: openWindowAnswer.meta({
          examples: [{ ...example.openExample, is_open: false, state: 'opening' }],
        }),
      }),
    },
    handler: async (request, reply) => {
      const { body } = request;
      await windows.requireMadre();
      const snapshot = await model.snapshot();
      const { host, service } = resolveService(snapshot, body.target, body.host, 'target');
      const opened = await context.openWindow({
        kind: 'target',
        host,
        target: service.name,
        services: [service.name],
        ttlMs: body.ttl_seconds * 1000,
        maxTtlMs: longestTtlMs(snapshot, host, [service.name]),
        whenFull: 'refuse',
        reason: body.reason ?? null,
        waitMs: waitMsOf(body),
        ...requestedBy(request),
      });
      withOpenStatus(reply, opened);
      return reply.send(openAnswer(opened, request.id, clock()));
    },
  });

  app.route({
    method: 'POST',
    url: '/vx11/window/extend',
    config: { rule: change },
    schema: {
      operationId: 'extendWindow',
      tags: ['windows'],
      summary: 'Move a deadline later',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: extendWindowBody.meta({ examples: [{ target: 'redis', seconds: 300 }] }),
      response: answers({
        200: extendWindowAnswer.meta({
          examples: [
            {
              window_id: example.exampleId,
              expires_at: '2026-11-21T12:15:00.000Z',
              ttl_remaining_seconds: 840,
              extensions: 1,
              clamped: false,
              max_expires_at: '2026-11-21T13:00:00.000Z',
              correlation_id: example.exampleCorrelation,
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const { body } = request;
      await windows.requireMadre();
      const view = await findTarget(context, body, request);
      if (view === null) throw new VX11Error('no_open_window', `${body.target} has no window.`);
      const changed = await windows.extend(
        view,
        body.seconds * 1000,
        actorOf(request),
        repeatKeyOf(request),
      );
      const { expires_at, extensions } = changed.view;
      const max_expires_at = maxExpiresAt(changed.view);
      if (expires_at === null || max_expires_at === null) {
        throw new VX11Error('window_not_open', 'A window on hold has no deadline to move.');
      }
      return {
        window_id: view.window_id,
        expires_at,
        ttl_remaining_seconds: remaining(changed.view, clock()) ?? 0,
        extensions,
        clamped: changed.clamped,
        max_expires_at,
        correlation_id: request.id,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/vx11/window/close',
    config: { rule: change },
    schema: {
      operationId: 'closeWindow',
      tags: ['windows'],
      summary: 'End a window now and get its receipt',
      description:
        'Idempotent: an ended window answers 200 with was_open false and its receipt. 202 with closed false while its ' +
        'services still stop: GET /vx11/windows/{id} has the receipt later. A window that failed has none.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: closeWindowBody.meta({ examples: [{ target: 'redis', reason: 'done' }] }),
      response: answers({
        200: closeWindowAnswer.meta({
          examples: [
            {
              window_id: example.exampleId,
              target: 'redis',
              closed: true,
              state: 'closed',
              was_open: true,
              receipt: example.receiptExample,
              correlation_id: example.exampleCorrelation,
            },
          ],
        }),
        202: closeWindowAnswer,
      }),
    },
    handler: async (request, reply) => {
      const { body } = request;
      const view = await findTarget(context, body, request);
      const { id: correlation_id } = request;
      if (view === null) {
        const none = { window_id: null, target: body.target!, state: null, receipt: null };
        return reply.send({ ...none, closed: true, was_open: false, correlation_id });
      }
      const { window_id, target } = view;
      const { ended, wasOpen: was_open } = await windows.end(
        view,
        { ...actorOf(request), reason: body.reason ?? null, closed_by: 'caller' },
        body.wait_seconds === undefined ? undefined : body.wait_seconds * 1000,
      );
      const { state, receipt } = ended;
      const closed = receipt !== null;
      reply.code(state === 'closing' ? 202 : 200);
      return reply.send({ window_id, target, closed, state, was_open, receipt, correlation_id });
    },
  });
};

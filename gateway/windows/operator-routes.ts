import { VX11Error } from '../../contracts/errors.ts';
import {
  operatorCloseAnswer,
  operatorCloseBody,
  operatorOpenAnswer,
  operatorOpenBody,
  operatorWindowsAnswer,
  powerStateAnswer,
} from '../../contracts/operator.ts';
import { isSameWho } from '../../contracts/principal.ts';
import type { WindowView } from '../../contracts/window.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { findOwn } from './find-window.ts';
import { sameWindow } from '../http/idempotency.ts';
import { longestTtlMs, resolveServices } from '../reads/resolve-service.ts';
import { includes } from '../http/route-policy.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { runningNames, windowServices } from '../reads/snapshot.ts';
import { operatorAnswer, remaining } from './answers.ts';
import type { Caller } from '../http/caller.ts';
import { requestedBy, waitMsOf, withOpenStatus } from './open-request.ts';

/** Windows over several services, for operators. */
export const operatorWindowRoutes: Routes = (context) => async (app) => {
  const { statusCache, model, windows, clock } = context;

  app.route({
    method: 'POST',
    url: '/operator/power/window/open',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'operatorOpenWindow',
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
      const { body } = request;
      const caller = callerOf(request);
      const hold = body.mode === 'hold';
      if (hold && !includes(caller.scope, 'admin')) {
        throw new VX11Error(
          'scope',
          `A hold needs a token of scope admin; yours is ${caller.scope}.`,
        );
      }
      await windows.requireMadre();
      const snapshot = await model.snapshot();
      const { host, services } = resolveServices(snapshot, body.services, body.host);
      const defaultMs = Math.min(...services.map((service) => service.default_ttl_ms));
      const asked = body.ttl_sec === undefined ? defaultMs : body.ttl_sec * 1000;
      const opened = await context.openWindow({
        kind: 'operator',
        host,
        target: null,
        services: body.services,
        ttlMs: hold ? null : asked,
        maxTtlMs: longestTtlMs(snapshot, host, body.services),
        whenFull: body.when_full ?? 'refuse',
        reason: body.reason ?? null,
        waitMs: waitMsOf(body),
        ...requestedBy(request),
      });
      withOpenStatus(reply, opened);
      return reply.send(operatorAnswer(opened, request.id, clock()));
    },
  });

  /** Live operator windows, newest first: the caller's own, or all for an admin and without a caller. */
  const openOnes = async (caller: Caller | null): Promise<WindowView[]> => {
    const { windows: live, owners } = await model.snapshot();
    const mine = (view: WindowView): boolean =>
      caller === null ||
      includes(caller.scope, 'admin') ||
      isSameWho(caller, { name: view.owner, principal: owners.get(view.window_id) ?? null });
    return live.filter((view) => view.kind === 'operator' && mine(view));
  };

  app.route({
    method: 'POST',
    url: '/operator/power/window/close',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'operatorCloseWindow',
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
      }),
    },
    handler: async (request) => {
      const caller = callerOf(request);
      const id = request.body.window_id;
      const newest = async () => (await openOnes(caller))[0] ?? null;
      const view =
        id === undefined
          ? await sameWindow(context.store, request, newest)
          : await findOwn(context, id, caller);
      if (view === null) {
        throw new VX11Error('no_open_window', 'No operator window of yours is open.');
      }
      const { ended } = await windows.end(view, {
        ...actorOf(request),
        reason: null,
        closed_by: 'caller',
      });
      const { receipt } = ended;
      if (receipt === null) {
        throw new VX11Error('window_ended', `${view.window_id} failed and held nothing.`);
      }
      const stopped = receipt.services.filter(({ state }) => state !== 'running');
      return {
        window_id: view.window_id,
        closed_at: receipt.closed_at,
        services_stopped: stopped.map(({ service }) => service),
        state: 'closed' as const,
        receipt,
        correlation_id: request.id,
      };
    },
  });

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
      const live = await openOnes(null);
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

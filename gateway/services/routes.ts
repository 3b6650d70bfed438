import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { serviceActionAnswer } from '../../contracts/operator.ts';
import { serviceName } from '../../contracts/text.ts';
import { actorOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { longestTtlMs, resolveService } from '../reads/resolve-service.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { findServices, holdersOf, type Snapshot } from '../reads/snapshot.ts';
import { openStatus } from '../windows/answers.ts';
import { requestedBy } from '../windows/open-request.ts';

const restartLimitMs = 120_000;
const startWaitMs = 30_000;
const rule = { scope: 'operator', idempotent: true, bodyOptional: true } as const;

/** Refuses the services that VX11 itself needs. Throws `core_service`. */
function refuseCore(snapshot: Snapshot, name: string): void {
  const own = ['tentaculo_link', 'madre', 'redis'].includes(name);
  const tiers = findServices(snapshot, name).map(({ service }) => service.tier);
  const core = tiers.some((tier) => tier !== 'window') || (own && tiers.length === 0);
  if (core) throw new VX11Error('core_service', `${name} is not put to sleep from here.`);
}

const paths = {
  start: 'Open a window of the default TTL on it',
  stop: "End every window's hold on it, and say whose",
  restart: 'Stop and start it inside the window that holds it',
} as const;

/** Starts, stops and restarts one service at a time. */
export const operatorServiceRoutes: Routes = (context) => async (app) => {
  const { model, windows } = context;

  const schemaOf = (action: keyof typeof paths) => ({
    operationId: `${action}Service`,
    tags: ['operator'],
    summary: paths[action],
    description: 'Takes no body, or {}.',
    headers: idempotencyHeaders,
    params: z.strictObject({ name: serviceName }),
    querystring: noQuery,
    body: noBody.meta({ examples: [{}] }),
    response: answers({
      200: serviceActionAnswer.meta({
        examples: [
          {
            status: 'ok',
            service: 'redis',
            action,
            window_id: example.exampleId,
            state: action === 'stop' ? 'released' : 'open',
            released: [],
            correlation_id: example.exampleCorrelation,
          },
        ],
      }),
    }),
  });

  /** The current snapshot, if the service in it may be stopped; throws for any other name. */
  const stoppable = async (name: string) => {
    const snapshot = await model.snapshot();
    refuseCore(snapshot, name);
    if (findServices(snapshot, name).length === 0)
      resolveService(snapshot, name, undefined, 'name');
    return snapshot;
  };

  app.route({
    method: 'POST',
    url: '/operator/power/service/:name/start',
    config: { rule },
    schema: {
      ...schemaOf('start'),
      response: { ...schemaOf('start').response, 202: serviceActionAnswer },
    },
    handler: async (request, reply) => {
      await windows.requireMadre();
      const { name } = request.params;
      const snapshot = await model.snapshot();
      const { host, service } = resolveService(snapshot, name, undefined, 'name');
      const opened = await context.openWindow({
        kind: 'target',
        host,
        target: name,
        services: [name],
        ttlMs: service.default_ttl_ms,
        maxTtlMs: longestTtlMs(snapshot, host, [name]),
        whenFull: 'refuse',
        reason: 'started by name',
        waitMs: startWaitMs,
        ...requestedBy(request),
      });
      return reply.code(openStatus(opened)).send({
        status: 'ok' as const,
        service: name,
        action: 'start' as const,
        window_id: opened.view.window_id,
        state: opened.view.state,
        released: [],
        correlation_id: request.id,
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/operator/power/service/:name/stop',
    config: { rule },
    schema: schemaOf('stop'),
    handler: async (request) => {
      const { name } = request.params;
      const snapshot = await stoppable(name);
      const holders = holdersOf(snapshot, name);
      if (holders.length > 0) await windows.requireMadre();
      await Promise.all(holders.map((view) => windows.release(view, name, actorOf(request))));
      return {
        status: 'ok' as const,
        service: name,
        action: 'stop' as const,
        window_id: null,
        state: 'released',
        released: holders.map(({ window_id, owner, reason }) => ({ window_id, owner, reason })),
        correlation_id: request.id,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/operator/power/service/:name/restart',
    config: { rule },
    schema: schemaOf('restart'),
    handler: async (request) => {
      const { name } = request.params;
      const snapshot = await stoppable(name);
      const holder = holdersOf(snapshot, name).find(({ state }) => state === 'open');
      if (holder === undefined) {
        throw new VX11Error('window_not_open', `No open window holds ${name}; open one first.`);
      }
      await windows.requireMadre();
      const { host, window_id } = holder;
      const call = { limitMs: restartLimitMs };
      await context.temporal.restartService({ ...actorOf(request), host, service: name }, call);
      return {
        status: 'ok' as const,
        service: name,
        action: 'restart' as const,
        window_id,
        state: holder.state,
        released: [],
        correlation_id: request.id,
      };
    },
  });
};

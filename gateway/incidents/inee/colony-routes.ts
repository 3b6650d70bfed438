import { z } from 'zod';
import { colony, colonyId, colonyListAnswer, registerColonyBody } from '../../../contracts/inee.ts';
import { egg } from '../../../domain/incidents/inee/life.ts';
import { callerOf } from '../../http/authenticate.ts';
import { answers, noBody, noQuery } from '../../http/route-schema.ts';
import { colonyView, takeHeartbeat } from './colonies.ts';
import type { IneeRoutes } from './context.ts';
import { colonyExample } from './examples.ts';

/** Registers colonies, shows them, and takes their heartbeats. */
export const colonyRoutes: IneeRoutes = (context) => async (app) => {
  const { store, clock } = context;

  app.route({
    method: 'POST',
    url: '/hormiguero/inee/colonies/register',
    config: { rule: { scope: 'admin' } },
    schema: {
      operationId: 'registerColony',
      tags: ['incidents'],
      summary: 'Register a colony, or change its URL',
      querystring: noQuery,
      body: registerColonyBody.meta({ examples: [{ colony_id: 'garden' }] }),
      response: answers({ 200: colony.meta({ examples: [colonyExample] }) }),
    },
    handler: async (request) => {
      const { colony_id, remote_url = null } = request.body;
      const event = {
        at: clock(),
        what: 'colony_registered' as const,
        colony_id,
        actor: callerOf(request).name,
        correlation_id: request.id,
        detail: { remote_url },
      };
      const stored = await store().inee.register({ colony_id, remote_url, life: egg }, event);
      return colonyView(stored, event.at);
    },
  });

  app.route({
    method: 'GET',
    url: '/hormiguero/inee/colonies',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listColonies',
      tags: ['incidents'],
      summary: 'Every colony, and whether it lives',
      querystring: noQuery,
      response: answers({
        200: colonyListAnswer.meta({ examples: [{ colonies: [colonyExample] }] }),
      }),
    },
    handler: async () => {
      const colonies = await store().inee.colonies();
      return { colonies: colonies.map((one) => colonyView(one, clock())) };
    },
  });

  app.route({
    method: 'POST',
    url: '/hormiguero/inee/heartbeat',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'beatColony',
      tags: ['incidents'],
      summary: 'Say that a colony lives',
      querystring: z.strictObject({ colony_id: colonyId }),
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: colony.meta({ examples: [colonyExample] }) }),
    },
    handler: (request) =>
      takeHeartbeat(context, request.query.colony_id, {
        actor: callerOf(request).name,
        correlation_id: request.id,
      }),
  });
};

import { soloMadreApplyAnswer, soloMadreStatusAnswer } from '../../contracts/operator.ts';
import type { Routes } from '../context.ts';
import * as example from '../openapi/examples.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { runningNames } from '../reads/snapshot.ts';
import { closeAll } from './close-all.ts';
import { actorOf } from '../http/authenticate.ts';

const rule = { scope: 'operator', idempotent: true, bodyOptional: true } as const;

/** Shows whether the policy solo madre (only the core runs) holds, and applies it. */
export const operatorPolicyRoutes: Routes = (context) => async (app) => {
  const { statusCache } = context;

  app.route({
    method: 'GET',
    url: '/operator/power/policy/solo_madre/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getSoloMadreStatus',
      tags: ['operator'],
      summary: 'Does only the core run?',
      querystring: noQuery,
      response: answers({
        200: soloMadreStatusAnswer.meta({
          examples: [
            {
              policy_active: true,
              running_services: ['tentaculo_link', 'madre', 'redis'],
              expected_services: ['tentaculo_link', 'madre', 'redis'],
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const { mode, services } = await statusCache.status();
      const core = services.filter(({ tier }) => tier === 'core');
      return {
        policy_active: mode === 'solo_madre',
        running_services: runningNames(services),
        expected_services: [...new Set(core.map(({ name }) => name))],
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/operator/power/policy/solo_madre/apply',
    config: { rule },
    schema: {
      operationId: 'applySoloMadre',
      tags: ['operator'],
      summary: 'Close every window and end what runs without one; again changes nothing',
      description: 'Takes no body, or {}.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: soloMadreApplyAnswer.meta({
          examples: [
            {
              status: 'ok',
              policy: 'solo_madre',
              windows_closed: [example.exampleId],
              windows_closing: [],
              strays_ended: [],
              receipts: [example.receiptExample],
              correlation_id: example.exampleCorrelation,
            },
          ],
        }),
      }),
    },
    handler: async (request) => ({
      status: 'ok' as const,
      policy: 'solo_madre' as const,
      ...(await closeAll(context, actorOf(request))),
      correlation_id: request.id,
    }),
  });
};

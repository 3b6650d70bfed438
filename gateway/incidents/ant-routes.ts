import { hormigueroStatusAnswer, pheromonesAnswer, scanAnswer } from '../../contracts/incidents.ts';
import { ants } from '../../domain/incidents/ants/table.ts';
import { antView, type AntState } from '../../domain/incidents/due.ts';
import { budget } from '../../domain/incidents/weights.ts';
import { isoTimeOrNull } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { answers, noBody, noQuery } from '../http/route-schema.ts';
import { antExample, antResultExample } from './incident-examples.ts';
import { scanOnce } from './scan.ts';

/** Shows how the ants do, also while hormiguero sleeps, and lets them look now. */
export const antRoutes: Routes = (context) => async (app) => {
  const { store, config } = context;

  app.route({
    method: 'GET',
    url: '/hormiguero/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAntStatus',
      tags: ['incidents'],
      summary: 'When the ants last looked, and how many incidents are open',
      querystring: noQuery,
      response: answers({
        200: hormigueroStatusAnswer.meta({
          examples: [
            {
              actions_enabled: false,
              last_scan: antExample.last_look_at,
              ants: ants.length,
              open: { info: 0, warn: 0, high: 1, critical: 0 },
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const states = await store().ants.states();
      const looks = states.flatMap(({ state }) => (state as AntState).last_look_at ?? []);
      return {
        actions_enabled: config.hormigueroActions,
        last_scan: isoTimeOrNull(looks.length === 0 ? null : Math.max(...looks)),
        ants: ants.length,
        open: await store().incidents.open(),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/hormiguero/pheromones',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listPheromones',
      tags: ['incidents'],
      summary: 'How often each ant looks, and why',
      querystring: noQuery,
      response: answers({
        200: pheromonesAnswer.meta({ examples: [{ budget, pheromones: [antExample] }] }),
      }),
    },
    handler: async () => {
      const byName = new Map(ants.map((ant) => [ant.name, ant]));
      const states = await store().ants.states();
      const pheromones = states.flatMap(({ host, state }) => {
        const ant = byName.get((state as AntState).ant);
        return ant === undefined ? [] : [antView(host, ant, state as AntState)];
      });
      return { budget, pheromones };
    },
  });

  app.route({
    method: 'POST',
    url: '/hormiguero/scan/once',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'scanNow',
      tags: ['incidents'],
      summary: 'Let every ant look now, and wait for it',
      description: 'What only hormiguero can look at is skipped while it sleeps.',
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: scanAnswer.meta({
          examples: [{ status: 'done', correlation_id: 'desk-4', results: [antResultExample] }],
        }),
      }),
    },
    handler: async (request) => ({
      status: 'done' as const,
      correlation_id: request.id,
      results: await scanOnce(context, request.id),
    }),
  });
};

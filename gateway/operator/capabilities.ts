import { capabilitiesAnswer } from '../../contracts/operator.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { exampleCorrelation, statusExample } from '../openapi/examples.ts';
import { isoTime } from '../../platform/time.ts';

/** The roles of VX11, and whether this version of each does work or only describes itself. */
const roles = {
  madre: true,
  spawner: true,
  switch: true,
  hermes: true,
  hormiguero: true,
  manifestator: true,
  shubniggurath: false,
  mcp: false,
} as const;

/** The parts of the API. Those of the older API that do not exist are named, so that its clients can leave them out. */
const features = {
  chat: true,
  events: true,
  metrics: true,
  plans: true,
  tasks: true,
  autonomy: true,
  audit: true,
  file_explorer: false,
  builder: false,
  rewards: false,
  colony: false,
};

/** Says which parts of VX11 exist, so that a UI shows no page for what is not built. */
export const capabilityRoutes: Routes =
  ({ statusCache, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/operator/capabilities',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getCapabilities',
        tags: ['operator'],
        summary: 'The parts of VX11 that exist, and the roles that do work',
        querystring: noQuery,
        response: answers({
          200: capabilitiesAnswer.meta({
            examples: [
              {
                ok: true,
                data: {
                  correlation_id: exampleCorrelation,
                  operational_mode: 'windowed',
                  dormant_services: ['spawner'],
                },
                features: { chat: true, builder: false },
                roles: [
                  { name: 'spawner', available: true },
                  { name: 'shubniggurath', available: false },
                ],
                timestamp: statusExample.timestamp,
              },
            ],
          }),
        }),
      },
      handler: async (request) => {
        const { mode, services } = await statusCache.status();
        const asleep = services.filter(
          ({ name, window_ids }) => name in roles && window_ids.length === 0,
        );
        return {
          ok: true as const,
          data: {
            correlation_id: request.id,
            operational_mode: mode,
            dormant_services: asleep.flatMap(({ name, tier }) => (tier === 'window' ? [name] : [])),
          },
          features,
          roles: Object.entries(roles).map(([name, available]) => ({ name, available })),
          timestamp: isoTime(clock()),
        };
      },
    });
  };

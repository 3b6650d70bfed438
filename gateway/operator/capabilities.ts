import { capabilitiesAnswer } from '../../contracts/operator.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { exampleCorrelation, statusExample } from '../openapi/examples.ts';
import { isoTime } from '../../platform/time.ts';

/** The roles of VX11; this version of each does work. */
const roles = [
  'madre',
  'spawner',
  'switch',
  'hermes',
  'hormiguero',
  'manifestator',
  'shubniggurath',
  'mcp',
] as const;

/** The parts of the API. Those of the older API that do not exist are named, so that its clients can leave them out. */
const featuresWith = (colonies: boolean) => ({
  chat: true,
  events: true,
  metrics: true,
  plans: true,
  tasks: true,
  autonomy: true,
  audit: true,
  checks: true,
  repairs: true,
  incidents: true,
  drift: true,
  models: true,
  routing: true,
  audio: true,
  schedules: true,
  notices: true,
  agents: true,
  file_explorer: false,
  builder: false,
  rewards: colonies,
  colony: colonies,
});

const isRole = (name: string): boolean => (roles as readonly string[]).includes(name);

/** Says which parts of VX11 exist, so that a UI shows no page for what is not built. */
export const capabilityRoutes: Routes =
  ({ statusCache, clock, config }) =>
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
                  { name: 'shubniggurath', available: true },
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
          ({ name, window_ids }) => isRole(name) && window_ids.length === 0,
        );
        return {
          ok: true as const,
          data: {
            correlation_id: request.id,
            operational_mode: mode,
            dormant_services: asleep.flatMap(({ name, tier }) => (tier === 'window' ? [name] : [])),
          },
          features: featuresWith(config.inee !== null),
          roles: roles.map((name) => ({ name, available: true })),
          timestamp: isoTime(clock()),
        };
      },
    });
  };

import { healthAnswer } from '../../contracts/status.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';

/** The gateway's health, for probes. It depends on nothing else, so it answers during any outage. */
export const healthRoutes: Routes =
  ({ config }) =>
  async (app) => {
    const answer = { status: 'ok' as const, module: 'tentaculo_link', version: config.version };
    app.route({
      method: ['GET', 'HEAD'],
      url: '/health',
      config: { rule: { scope: 'open' } },
      schema: {
        operationId: 'getHealth',
        tags: ['status'],
        summary: 'Is the gateway alive?',
        querystring: noQuery,
        response: answers({ 200: healthAnswer.meta({ examples: [answer] }) }),
      },
      handler: async () => answer,
    });
  };

import { z } from 'zod';
import type { Routes } from '../context.ts';
import { breakerNumber, joinMetrics } from '../http/metrics.ts';
import { sendText } from '../http/send-json.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { spawnerMetrics } from '../tasks/spawner-metrics.ts';

/** The metrics of the gateway, of madre if it answers, and of the running spawners. */
export const metricsRoutes: Routes = (context) => async (app) => {
  const { metrics, model, temporal, madre, feed, clock } = context;
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getMetrics',
      tags: ['status'],
      summary: 'Prometheus text',
      querystring: noQuery,
      response: answers({
        200: {
          content: {
            'text/plain': {
              schema: z.string().meta({ examples: ['vx11_gateway_event_streams 0'] }),
            },
          },
        },
      }),
    },
    handler: async (_request, reply) => {
      metrics.breaker.set({ dependency: 'temporal' }, breakerNumber(temporal.breaker));
      metrics.breaker.set({ dependency: 'madre' }, breakerNumber(madre.breaker));
      metrics.eventStreams.set(feed.listeners);
      metrics.openWindows.reset();
      let spawners: string[] = [];
      try {
        const snapshot = await model.snapshot();
        for (const { state } of snapshot.windows) metrics.openWindows.inc({ state });
        spawners = spawnerMetrics(snapshot, clock());
      } catch {
        // without the store only the windows are missing
      }
      const ours = await metrics.registry.metrics();
      const theirs = await madre.metrics().catch(() => '');
      return sendText(
        reply,
        metrics.registry.contentType,
        joinMetrics([ours, theirs, ...spawners]),
      );
    },
  });
};

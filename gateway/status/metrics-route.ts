import { z } from 'zod';
import type { Routes } from '../context.ts';
import { breakerNumber, joinMetrics, type GatewayMetrics } from '../http/metrics.ts';
import { sendText } from '../http/send-json.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import type { Snapshot } from '../reads/snapshot.ts';
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
      metrics.powerSeen.reset();
      let spawners: string[] = [];
      try {
        const snapshot = await model.snapshot();
        countSnapshot(metrics, snapshot, clock());
        spawners = spawnerMetrics(snapshot, clock());
      } catch {
        // without the store only what is read from it is missing
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

/** A receipt takes a moment: the services have to go down first. */
const receiptMs = 30_000;

function countSnapshot(metrics: GatewayMetrics, snapshot: Snapshot, now: number): void {
  let overdue = 0;
  for (const { state, expires_at } of snapshot.windows) {
    metrics.openWindows.inc({ state });
    if (expires_at !== null && Date.parse(expires_at) + receiptMs < now) overdue += 1;
  }
  metrics.overdueWindows.set(overdue);
  for (const { process, host, at } of snapshot.presence)
    if (process === 'madre' || process === 'power')
      metrics.powerSeen.set({ process, host }, Math.max(0, now - at) / 1000);
}

import type { FastifyReply, onResponseHookHandler } from 'fastify';
import { isRead } from './origin-check.ts';
import type { LatencyHistogram } from './latency-histogram.ts';
import type { GatewayMetrics } from './metrics.ts';

/** Counts changes that wait for their answer; reads are over before anybody could look. */
export function countInFlight({ changesInFlight }: GatewayMetrics, reply: FastifyReply): void {
  changesInFlight.inc();
  reply.raw.once('close', () => changesInFlight.dec());
}

/** Measures one route and logs its changes: the route's pattern, never the address, which may hold anything. */
export function observeRoute(
  { latency }: GatewayMetrics,
  method: string,
  route: string,
): onResponseHookHandler {
  const byStatus = new Map<number, LatencyHistogram>();
  return (request, reply, done) => {
    const status = reply.statusCode;
    let timer = byStatus.get(status);
    if (timer === undefined) {
      timer = latency({ method, route, status: String(status) });
      byStatus.set(status, timer);
    }
    timer.observe(reply.elapsedTime);
    if (!isRead(method)) {
      const ms = Math.round(reply.elapsedTime);
      const who = request.caller?.name ?? null;
      const correlation_id = request.id;
      request.log.info({ correlation_id, method, route, status, who, ms }, 'change');
    }
    done();
  };
}

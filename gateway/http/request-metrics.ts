import type { FastifyReply, onResponseHookHandler } from 'fastify';
import { isRead } from './origin-check.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { RoutePolicy } from './route-policy.ts';

/** Counts changes in flight; reads end too soon to be seen. */
export function countInFlight({ changesInFlight }: GatewayMetrics, reply: FastifyReply): void {
  changesInFlight.inc();
  reply.raw.once('close', () => changesInFlight.dec());
}

/** Measures one route and logs its changes by the route's pattern, never by the address, which may hold secrets. */
export function observeRoute(
  { latency }: GatewayMetrics,
  method: string,
  route: string,
  { logsItself = false }: RoutePolicy,
): onResponseHookHandler {
  return (request, reply, done) => {
    const status = reply.statusCode;
    latency.observe({ method, route, status }, reply.elapsedTime / 1000);
    if (!isRead(method) && !logsItself) {
      const ms = Math.round(reply.elapsedTime);
      const who = request.caller?.name ?? null;
      const correlation_id = request.id;
      request.log.info({ correlation_id, method, route, status, who, ms }, 'change');
    }
    done();
  };
}

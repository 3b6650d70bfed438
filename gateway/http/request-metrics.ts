import type {
  FastifyReply,
  FastifyRequest,
  onResponseHookHandler,
  preSerializationHookHandler,
  RouteHandlerMethod,
} from 'fastify';
import { readTraceparent, traceparentOf } from '../../domain/traces/traceparent.ts';
import { withTraceParent } from '../../platform/trace-context.ts';
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
      const ids = { ...lineIds(request), ...request.about };
      request.log.info({ ...ids, method, route, status, who, ms }, 'change');
    }
    done();
  };
}

/** Makes a route's changes a part of the caller's trace: the events that they append name it. */
export const traced = (handler: RouteHandlerMethod): RouteHandlerMethod =>
  function (request, reply) {
    const { traceparent } = request.headers;
    if (traceparent === undefined) return handler.call(this, request, reply);
    const caller = readTraceparent(traceparent);
    const parent = caller === null ? null : traceparentOf(caller);
    return withTraceParent(parent, () => handler.call(this, request, reply));
  };

/** What a log line says beside its text: the request's ids, and the trace of a caller that has one. */
export function lineIds({ id, headers }: FastifyRequest): {
  correlation_id: string;
  trace_id?: string;
} {
  const caller = headers.traceparent === undefined ? null : readTraceparent(headers.traceparent);
  return { correlation_id: id, ...(caller !== null && { trace_id: caller.trace_id }) };
}

const subjects = ['window_id', 'plan_id', 'spawn_id', 'run_id', 'repair_id'] as const;

/** Notes which window, plan, task, run or repair an answer is about, for the log. */
export const noteSubject: preSerializationHookHandler = (request, _, payload, done) => {
  request.about = subjectsIn(payload);
  done(null, payload);
};

/** An answer has the id itself, or has it in its only view: `plan`, `run`, `repair`. */
function subjectsIn(payload: unknown): Record<string, string> {
  if (typeof payload !== 'object' || payload === null) return {};
  const answer = payload as Record<string, unknown>;
  const views = [answer, answer['plan'], answer['run'], answer['repair']] as const;
  const found = views.flatMap((view) =>
    subjects.map((name) => [name, (view as Record<string, unknown> | null | undefined)?.[name]]),
  );
  const known = found.filter(([, id]) => typeof id === 'string' && id !== '');
  return Object.fromEntries(known.toReversed()) as Record<string, string>;
}

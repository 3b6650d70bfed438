import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { HealthState } from '../contracts/service.ts';
import { isLoopback } from '../platform/loopback.ts';

/** A role's answer to "how are you?": 200 while it is `ok`, 503 while it is not. */
export interface HealthAnswer {
  status: HealthState;
  module: string;
  version: string;
  /** What the process depends on, and how that is. */
  dependencies?: Record<string, HealthState>;
}

/** What a process serves beside its health. */
export interface Served {
  /** Metrics in Prometheus' text form, and who may read them; anyone where nothing is said. */
  metrics?: {
    text: () => Promise<string>;
    mayRead?: (request: Pick<FastifyRequest, 'headers'>) => boolean;
  };
  /** Further routes. */
  routes?: (app: FastifyInstance) => void;
}

export interface HealthServer {
  /** The one that the system chose, where 0 was asked for. */
  port: number;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

/** Nothing here has a JSON Schema; Fastify's own compilers of those would take 4 MB of each process. */
const compilersFactory = {
  buildValidator: (() => () => () => true) as never,
  buildSerializer: (() => () => (data: unknown) => JSON.stringify(data)) as never,
};

/**
 * Serves `GET /health` from `answer` and, where there are any, `GET /metrics` and further routes. On a loopback address it
 * refuses Host headers that do not name loopback. Rejects when the address is taken.
 */
export async function serveHealth(
  address: { host: string; port: number },
  answer: () => HealthAnswer,
  { metrics, routes }: Served = {},
): Promise<HealthServer> {
  const app = Fastify({
    logger: false,
    requestTimeout: 2_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory },
  });
  if (isLoopback(address.host)) {
    // another name is that of a web page, which had it resolved to this machine
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (isLoopback((headers.host ?? '').replace(/:\d+$/, ''))) return undefined;
      return reply.code(403).header('connection', 'close').send();
    });
  }
  // what went wrong inside is not the caller's to know
  app.setErrorHandler((error: FastifyError, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(),
  );
  app.setNotFoundHandler((_request, reply) => reply.code(404).header('connection', 'close').send());
  app.get('/health', (_request, reply) => {
    const body = answer();
    return reply
      .code(body.status === 'ok' ? 200 : 503)
      .header('connection', 'close')
      .send(body);
  });
  if (metrics !== undefined) {
    app.get('/metrics', async (request, reply) => {
      reply.header('connection', 'close');
      if (metrics.mayRead?.(request) === false) return reply.code(403).send();
      return reply.type('text/plain').send(await metrics.text());
    });
  }
  if (routes !== undefined) await app.register(async (scope) => routes(scope));
  await app.listen(address);
  const { port } = app.server.address() as AddressInfo;
  return { port, close: () => app.close() };
}

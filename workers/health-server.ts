import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { HealthState } from '../contracts/service.ts';
import { isLoopback } from '../platform/network/loopback.ts';
import type { Live } from '../platform/tls/live.ts';
import type { TlsMaterial } from '../platform/tls/material.ts';
import { createSecureServer } from '../platform/tls/server.ts';

/** The body of `GET /health`: with status 200 while the process takes work, with 503 otherwise. */
export interface HealthAnswer {
  status: HealthState;
  module: string;
  version: string;
  /** It takes work, and is degraded by what is missing. */
  reason?: string;
  /** The state of each dependency of the process. */
  dependencies?: Record<string, HealthState>;
}

/** What a process serves besides its health. */
export interface Served {
  /** Metrics in the Prometheus text format, and who may read them; everyone by default. */
  metrics?: {
    text: () => Promise<string>;
    mayRead?: (request: Pick<FastifyRequest, 'headers'>) => boolean;
  };
  /** Further routes. */
  routes?: (app: FastifyInstance) => void;
  /** What it shows to callers, and which certificates of theirs it accepts, by mutual TLS; unset: plain HTTP. */
  tls?: Live<TlsMaterial> | undefined;
  /** How long a request may take to arrive, in ms; 2 s by default. */
  requestTimeoutMs?: number;
}

export interface HealthServer {
  /** The port in use: the system's choice if 0 was requested. */
  port: number;
  /** Closes open connections too. */
  close(): Promise<void>;
}

const keepAliveTimeout = 30_000;

/** No route here has a JSON Schema, and Fastify's schema compilers would cost 4 MB in each process. */
const compilersFactory = {
  buildValidator: (() => () => () => true) as never,
  buildSerializer: (() => () => (data: unknown) => JSON.stringify(data)) as never,
};

/** Makes the server under Fastify: HTTPS, for clients with a certificate that it accepts. */
const mutualServer =
  (tls: Live<TlsMaterial>, requestTimeout: number) =>
  (handler: RequestListener, { http }: { http?: object }): Server =>
    createSecureServer(handler, { ...http, requestTimeout, keepAliveTimeout }, tls, {
      mutual: true,
      onPlain: refusePlain,
    });

function refusePlain(socket: Socket): void {
  const text = 'This port speaks HTTPS only, to processes that show a certificate.\n';
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: ${text.length}`;
  socket.on('error', () => socket.destroy());
  socket.end(`${head}\r\nconnection: close\r\n\r\n${text}`);
}

/**
 * Serves `GET /health` from `answer` and, if given, `GET /metrics` and further routes. On a loopback address it refuses Host
 * headers that do not name loopback. Rejects if the address is taken.
 */
export async function serveHealth(
  address: { host: string; port: number },
  answer: () => HealthAnswer,
  { metrics, routes, tls, requestTimeoutMs = 2_000 }: Served = {},
): Promise<HealthServer> {
  const app = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory },
    ...(tls !== undefined && { serverFactory: mutualServer(tls, requestTimeoutMs) }),
  });
  if (isLoopback(address.host)) {
    // any other name means DNS rebinding: a web page had its own name resolved to this machine
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (isLoopback((headers.host ?? '').replace(/:\d+$/, ''))) return undefined;
      return reply.code(403).header('connection', 'close').send();
    });
  }
  // the caller gets no details of an internal error
  app.setErrorHandler((error: FastifyError, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(),
  );
  app.setNotFoundHandler((_request, reply) => reply.code(404).header('connection', 'close').send());
  app.get('/health', (_request, reply) => {
    const body = answer();
    return reply
      .code(body.status === 'ok' || body.reason !== undefined ? 200 : 503)
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

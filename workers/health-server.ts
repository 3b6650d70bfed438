import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HealthState } from '../contracts/service.ts';

/** A role's answer to "how are you?": 200 while it is `ok`, 503 while it is not. */
export interface HealthAnswer {
  status: HealthState;
  module: string;
  version: string;
  /** What the process stands on, and how that is. */
  dependencies?: Record<string, HealthState>;
}

/** Metrics in Prometheus' text form, and who may read them; anyone where nothing is said. */
export interface Metrics {
  text: () => Promise<string>;
  mayRead?: (request: IncomingMessage) => boolean;
}

/** Where only this machine calls, other host names are a web page that had its own name resolved to this address. */
const isLoopback = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/;
const loopbackHost = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i;

/**
 * Serves `GET /health` from `answer` and, where there are any, `GET /metrics` in Prometheus' text form and further calls.
 * On a loopback address it refuses Host headers that do not name loopback. Rejects when the address is taken.
 */
export async function serveHealth(
  address: { host: string; port: number },
  answer: () => HealthAnswer,
  metrics?: Metrics,
  calls?: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (isLoopback.test(address.host) && !loopbackHost.test(request.headers.host ?? '')) {
      response.writeHead(403, { connection: 'close' }).end();
      return;
    }
    if (calls?.(request, response) === true) return;
    response.setHeader('connection', 'close');
    if (metrics !== undefined && request.url === '/metrics' && request.method === 'GET') {
      if (metrics.mayRead?.(request) === false) {
        response.writeHead(403).end();
        return;
      }
      void metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text),
        () => response.writeHead(500).end(),
      );
      return;
    }
    if (request.url !== '/health' || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    const body = answer();
    response.writeHead(body.status === 'ok' ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.requestTimeout = 2_000;
  server.keepAliveTimeout = 30_000;
  server.listen(address.port, address.host);
  await once(server, 'listening');
  return server;
}

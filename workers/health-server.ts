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

/**
 * Serves `GET /health` from `answer` and, where there are any, `GET /metrics` in Prometheus' text form and further calls.
 * Rejects when the address is taken.
 */
export async function serveHealth(
  address: { host: string; port: number },
  answer: () => HealthAnswer,
  metrics?: () => Promise<string>,
  calls?: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (calls?.(request, response) === true) return;
    response.setHeader('connection', 'close');
    if (metrics !== undefined && request.url === '/metrics' && request.method === 'GET') {
      void metrics().then(
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

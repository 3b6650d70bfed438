import { execFileSync } from 'node:child_process';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheck } from '../../../domain/checks/read-check.ts';
import type { Check } from '../../../domain/checks/suite.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const drip = (response: ServerResponse, chunk: string, everyMs: number): void => {
  const timer = setInterval(() => response.write(chunk), everyMs);
  response.once('close', () => clearInterval(timer));
};

/** How many requests `/flaky` and `/orders` have seen. */
export const seen = { flaky: 0, orders: 0 };

const answers: Record<string, Answer> = {
  '/ok': (_, response) => response.end('{"status":"ok","id":7,"list":[1,2]}'),
  '/text': (_, response) => response.end('plain \u001b[31mred\u0000'),
  '/empty': (_, response) => response.writeHead(204).end(),
  '/unavailable': (_, response) => response.writeHead(503).end('{"status":"down"}'),
  '/missing': (_, response) => response.writeHead(404).end(),
  '/slow': (_, response) => void setTimeout(() => response.end('late'), 3000).unref(),
  '/silent': () => undefined,
  '/stalled': (_, response) => void response.writeHead(200).write('{"status":'),
  '/drip': (_, response) => drip(response.writeHead(200), 'x', 20),
  '/endless': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.writeHead(200).on('drain', more);
    more();
  },
  '/huge': (_, response) =>
    void response.writeHead(200, { 'content-length': String(1024 ** 3) }).write('x'),
  '/deep': (_, response) => response.end('['.repeat(100_000)),
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/half': (request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => request.socket.destroy(), 50);
  },
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/moved': (_, response) => response.writeHead(301, { location: '/ok' }).end(),
  '/away': (_, response) => response.writeHead(302, { location: 'http://127.0.0.2:9/x' }).end(),
  '/away-as-bob': (_, response) =>
    response.writeHead(302, { location: 'http://bob:hush@127.0.0.2:9/x' }).end(),
  '/private': (request, response) =>
    response
      .writeHead(request.headers['authorization'] === `Basic ${btoa('ana:hush!')}` ? 200 : 401)
      .end(),
  '/echo-after-100': ({ headers }, response) =>
    response.end('x'.repeat(100) + headers['authorization']),
  '/echo-after-4000': ({ headers }, response) =>
    response.end('x'.repeat(4000) + headers['authorization']),
  '/flaky': (_, response) => {
    seen.flaky += 1;
    response.writeHead(seen.flaky % 2 === 1 ? 500 : 200).end('{}');
  },
  '/orders': (request, response) => {
    if (request.method === 'POST') seen.orders += 1;
    response.writeHead(request.method === 'POST' ? 201 : 200).end('{"id":7}');
  },
  '/orders/7': (request, response) =>
    response.writeHead(request.method === 'DELETE' ? 204 : 200).end(),
  '/echo': (request, response) =>
    response.writeHead(401).end(request.headers['authorization'] ?? 'none'),
};

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** Servers that behave as badly as services do. `web` stands for 127.0.0.1. */
export async function startTargets() {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-targets-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=vx11-test`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const answer: Answer = (request, response) => {
    response.on('error', () => undefined);
    const known = answers[request.url ?? ''];
    if (known === undefined) response.writeHead(404).end();
    else known(request, response);
  };
  const http = createHttp(answer);
  const https = createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, answer);
  const noise = createTcp(
    (socket) =>
      void socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-x\r\n'),
  );
  const closed = createTcp();
  const ports = {
    http: await listen(http),
    https: await listen(https),
    tcp: await listen(noise),
    closed: await listen(closed),
  };
  await new Promise((resolve) => closed.close(resolve));
  return {
    ports,
    addresses: { web: '127.0.0.1' },
    /** A check as the compose file has it; `{http}` in its URL stands for that server's port. */
    check(source: { url: string; [field: string]: unknown }): Check {
      const url = source.url.replace(
        /\{(\w+)\}/,
        (_, name: keyof typeof ports) => `${ports[name]}`,
      );
      const around = {
        services: new Set(['web']),
        own: null,
        stored: new Set(['id']),
        earlier: new Set(''),
      };
      return readCheck({ name: 'a', ...source, url }, 'test', around);
    },
    async close() {
      http.closeAllConnections();
      https.closeAllConnections();
      await Promise.all([http, https, noise].map((one) => new Promise((done) => one.close(done))));
      rmSync(folder, { recursive: true });
    },
  };
}

import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { HealthState } from '../../contracts/service.ts';
import { serveHealth, type Served } from '../../workers/health-server.ts';

/** Starts a server on loopback and sends it one request with a Host header. */
async function serve(status: HealthState = 'ok', served: Served = {}) {
  const health = () => ({ status, module: 'switch', version: '1' });
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, health, served);
  onTestFinished(() => server.close());
  return (path: string, host = `127.0.0.1:${server.port}`, method = 'GET') =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request({ port: server.port, path, method, headers: { host } }, (answer) => {
        void text(answer).then((body) => resolve({ status: answer.statusCode!, body }), reject);
      });
      call.on('error', reject).end();
    });
}

test('health is 200 while the role is ok, and 503 while it is not', async () => {
  expect(await (await serve('ok'))('/health')).toEqual({
    status: 200,
    body: '{"status":"ok","module":"switch","version":"1"}',
  });
  expect((await (await serve('starting'))('/health')).status).toBe(503);
});

test.each(['localhost:1', '127.0.0.9', '[::1]:80'])('a Host header of %s is served', async (host) =>
  expect((await (await serve())('/health', host)).status).toBe(200),
);

test.each(['evil.example', 'localhost.evil.example', '127.evil.example:80', '10.0.0.1'])(
  'a Host header of %s is refused on loopback',
  async (host) => expect((await (await serve())('/health', host)).status).toBe(403),
);

test('metrics are text for callers that may read them, and their failure is 500', async () => {
  const ask = await serve('ok', { metrics: { text: async () => 'up 1\n' } });
  expect(await ask('/metrics')).toEqual({ status: 200, body: 'up 1\n' });
  const mayRead = (): boolean => false;
  const refusing = await serve('ok', { metrics: { text: async () => 'up 1\n', mayRead } });
  expect((await refusing('/metrics')).status).toBe(403);
  const failing = await serve('ok', {
    metrics: { text: () => Promise.reject(new Error('a secret cause')) },
  });
  const failed = await failing('/metrics');
  expect(failed.status).toBe(500);
  expect(failed.body).not.toContain('secret');
});

test('other paths and methods are 404', async () => {
  const ask = await serve();
  for (const [path, method] of [
    ['/', 'GET'],
    ['/metrics', 'GET'],
    ['/health', 'POST'],
    ['/health', 'HEAD'],
  ] as const) {
    expect((await ask(path, undefined, method)).status, `${method} ${path}`).toBe(404);
  }
});

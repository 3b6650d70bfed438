import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, head, json } from './exchange.ts';
import { startListening, type ListeningGateway } from '../fixture.ts';

let gateway: ListeningGateway;
beforeAll(async () => void (gateway = await startListening()));
afterAll(() => gateway.close());

test.each([
  [
    'B22: a gigabyte declared',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 1073741824\r\n\r\n{`,
    413,
    'too_large',
  ],
  [
    'B26: a length and chunks',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'bad_request',
  ],
  [
    'B26: two lengths',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    400,
    'bad_request',
  ],
  ['B26: a bare line feed', `GET /health HTTP/1.1\nHost: localhost\n\n`, 400, 'bad_request'],
  [
    'B26: a bad chunk',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    400,
    'bad_request',
  ],
  [
    'B27: 17 KB of headers',
    `GET /health HTTP/1.1\r\n${head}X-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  [
    'B27: an address of 17 KB',
    `GET /health?${'x'.repeat(17_000)} HTTP/1.1\r\n${head}\r\n`,
    431,
    'headers_too_large',
  ],
  ['B28: no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
  [
    'B28: two Hosts',
    `GET /health HTTP/1.1\r\nHost: evil.example\r\n${head}\r\n`,
    400,
    'bad_request',
  ],
  ['B29: TRACE', `TRACE /vx11/status HTTP/1.1\r\n${head}\r\n`, 405, 'method_not_allowed'],
  [
    'B29: an invented method',
    `BREW /vx11/status HTTP/1.1\r\n${head}\r\n`,
    405,
    'method_not_allowed',
  ],
  [
    'B4: the token header twice',
    `GET /vx11/status HTTP/1.1\r\n${head}X-VX11-Token: another-admin-token-here\r\n\r\n`,
    400,
    'ambiguous_token',
  ],
  [
    'B60: a newline in the correlation id',
    `GET /vx11/status HTTP/1.1\r\n${head}X-Correlation-Id: a\nb\r\n\r\n`,
    400,
    'bad_request',
  ],
])('%s', async (_, text, status, error) => {
  const answer = await exchange(gateway.port, text);
  expect(answer).toMatchObject({ status, body: { error } });
  expect(answer.headers).toContain('application/problem+json');
  expect(answer.headers).toContain('nosniff');
  if (status === 405) expect(answer.headers).toContain('allow: get');
});

const strange = METHODS.filter(
  (method) => !['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].includes(method),
);
test.each([...strange, 'BREW', 'get', 'query'])(
  'method %s is 405 with Allow, with a body and without one',
  async (method) => {
    for (const body of ['\r\n', `${json}Content-Length: 1\r\n\r\n{`]) {
      for (const [url, allow] of [
        ['/vx11/status', 'GET'],
        ['http://localhost/vx11/%73tatus?x=1', 'GET'],
        ['/vx11/tokens/token-0123456789abcdef', 'DELETE'],
      ]) {
        const answer = await exchange(gateway.port, `${method} ${url} HTTP/1.1\r\n${head}${body}`);
        expect(answer).toMatchObject({ status: 405, body: { error: 'method_not_allowed' } });
        expect(/^allow: (.*)$/m.exec(answer.headers)?.[1]?.trim()).toBe(allow!.toLowerCase());
      }
    }
  },
);

test('an unknown address is 404 by any method that Node knows, and is not echoed', async () => {
  for (const method of ['GET', 'QUERY', 'TRACE', 'POST']) {
    for (const url of ['/nope', '/vx11/status/']) {
      const answer = await exchange(gateway.port, `${method} ${url} HTTP/1.1\r\n${head}\r\n`);
      expect(answer).toMatchObject({ status: 404, body: { error: 'not_found' } });
    }
  }
});

test('B36: a thousand idle connections do not keep others from being served', async () => {
  const sockets = await Promise.all(
    Array.from(
      { length: 1000 },
      () =>
        new Promise<ReturnType<typeof connect>>((resolve, reject) => {
          const socket = connect(gateway.port, '127.0.0.1', () => resolve(socket));
          socket.on('error', reject);
        }),
    ),
  );
  try {
    const answer = await fetch(`${gateway.base}/health`);
    expect(answer.status).toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

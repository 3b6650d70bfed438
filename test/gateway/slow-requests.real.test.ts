import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, seedStack, startGateway, type Gateway } from './fixture.ts';

let gateway: Gateway;
let port: number;

beforeAll(async () => {
  gateway = await startGateway();
  await seedStack(gateway.store);
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = gateway.app.server.address() as AddressInfo);
});
afterAll(() => gateway.close());

interface RawAnswer {
  status: number;
  headers: string;
  body: { error: string } | null;
  afterMs: number;
}

/** Sends bytes as they are and reads until the other side ends the connection. */
function exchange(text: string): Promise<RawAnswer> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      const [headers = '', body = ''] = answer.split('\r\n\r\n', 2);
      resolve({
        status: Number(/^HTTP\/1.1 (\d+)/.exec(headers)?.[1]),
        headers: headers.toLowerCase(),
        body: body === '' ? null : (JSON.parse(body) as { error: string }),
        afterMs: performance.now() - from,
      });
    });
  });
}

const head = `Host: localhost\r\nX-VX11-Token: ${adminToken}\r\nConnection: close\r\n`;
const json = 'Content-Type: application/json\r\n';

test.concurrent.each([
  ['slow headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-'],
  [
    'one byte of a body, then silence',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 20\r\n\r\n{`,
  ],
])('B35: %s are cut with 408 within 11 s', { timeout: 15_000 }, async (_, text) => {
  const answer = await exchange(text);
  expect(answer).toMatchObject({ status: 408, body: { error: 'request_timeout' } });
  expect(answer.afterMs).toBeLessThan(11_000);
});

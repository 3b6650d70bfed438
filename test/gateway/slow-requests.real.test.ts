import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from './exchange.ts';
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

const head = `Host: localhost\r\nX-VX11-Token: ${adminToken}\r\nConnection: close\r\n`;
const json = 'Content-Type: application/json\r\n';

test.concurrent.each([
  ['slow headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-'],
  [
    'one byte of a body, then silence',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 20\r\n\r\n{`,
  ],
])('B35: %s are cut with 408 within 11 s', { timeout: 15_000 }, async (_, text) => {
  const answer = await exchange(port, text);
  expect(answer).toMatchObject({ status: 408, body: { error: 'request_timeout' } });
  expect(answer.afterMs).toBeLessThan(11_000);
});

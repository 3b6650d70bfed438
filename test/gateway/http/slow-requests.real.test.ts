import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, head, json } from './exchange.ts';
import { startListening, type ListeningGateway } from '../fixture.ts';

let gateway: ListeningGateway;
beforeAll(async () => void (gateway = await startListening()));
afterAll(() => gateway.close());

test.concurrent.each([
  ['slow headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-'],
  [
    'one byte of a body, then silence',
    `POST /vx11/window/open HTTP/1.1\r\n${head}${json}Content-Length: 20\r\n\r\n{`,
  ],
])('B35: %s are cut with 408', { timeout: 60_000 }, async (_, text) => {
  const answer = await exchange(gateway.port, text);
  expect(answer).toMatchObject({ status: 408, body: { error: 'request_timeout' } });
});

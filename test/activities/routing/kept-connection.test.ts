import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { modelsOf, provider, startRouted } from './routed.ts';

const chunk = (delta: object, finish_reason: string | null) =>
  `data: ${JSON.stringify({ id: 'a', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

/** A provider that ends its streams after `[DONE]`, or leaves them open. Counts its connections. */
async function streaming(ends: boolean) {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ content: 'Hello.' }, null) + chunk({}, 'stop') + 'data: [DONE]\n\n');
    if (ends) setTimeout(() => response.end(), 5);
  });
  server.on('connection', () => (connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const routed = await startRouted([{ ...provider(base, ['one']), models: modelsOf(['one']) }]);
  onTestFinished(() => routed.close());
  const ask = () => routed.ask({ model: 'script/one', stream: true });
  return { ask, connections: () => connections };
}

test('requests take the connections of streams that were read to their end', async () => {
  const { ask, connections } = await streaming(true);
  for (let nth = 0; nth < 9; nth += 1) expect((await ask()).events.at(-1)).toBe('[DONE]');
  // the second may come before the first connection counts as free
  expect(connections()).toBeLessThanOrEqual(2);
});

test('a provider that leaves a complete stream open does not hold up its end', async () => {
  const { ask, connections } = await streaming(false);
  for (let nth = 0; nth < 2; nth += 1) expect((await ask()).events.at(-1)).toBe('[DONE]');
  expect(connections()).toBe(2);
});

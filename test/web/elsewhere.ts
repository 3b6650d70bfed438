/**
 * Another service of the machine, on a port of its own: `node test/web/elsewhere.ts GATEWAY`. It serves an empty page, shows the
 * cookies that browsers have sent to it at /received, and calls the gateway with them at /replay.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const gateway = process.argv[2]!;
let received = '';

async function replay(): Promise<number[]> {
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${gateway}/vx11/status`, { headers })).status;
  const guess = { 'x-vx11-session': 'A'.repeat(32) };
  return [await status({ cookie: received }), await status({ cookie: received, ...guess })];
}

const server = createServer((request, response) => {
  const answer = async (): Promise<string> => {
    if (request.url === '/received') return JSON.stringify(received);
    if (request.url === '/replay') return JSON.stringify(await replay());
    received = request.headers.cookie ?? '';
    response.setHeader('content-type', 'text/html');
    return '<!doctype html><title>Another service</title>';
  };
  answer().then(
    (text) => response.end(text),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

/**
 * A stub of Sablier's contract, whose one session is always ready: it reads the query and renders a page for each request, as
 * Sablier does, and starts nothing. Prints its address.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer(({ url = '/' }, response) => {
  const query = new URL(url, 'http://stub').searchParams;
  const items = query.getAll('names').map((name) => `<li>${name}: ready</li>`);
  const page = `<!doctype html><title>${query.get('display_name') ?? ''}</title><ul>${items.join('')}</ul>`;
  response
    .writeHead(200, {
      'content-type': 'text/html',
      'content-length': Buffer.byteLength(page),
      'cache-control': 'no-cache',
      'x-sablier-session-status': 'ready',
    })
    .end(page);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(0));

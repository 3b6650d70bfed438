import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A loopback door that adds a token to each request, for programs that can send none. */
export async function startTokenDoor(
  upstream: string,
  token: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(upstream);
  const server = createServer((from, answer) => {
    const { method, url: path } = from;
    const headers = { ...from.headers, 'x-vx11-token': token };
    // what a page of another site sends has to arrive as it is
    const to = request({ hostname, port, method, path, headers, setHost: false }, (got) => {
      answer.writeHead(got.statusCode!, got.headers);
      got.pipe(answer);
    });
    to.on('error', () => answer.destroy());
    answer.on('close', () => to.destroy());
    from.pipe(to);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

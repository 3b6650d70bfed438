import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Address {
  host: string;
  port: number;
}

export interface Relay {
  /** The number of connections that were refused. */
  refused(): number;
  /** The number of open connections. */
  open(): number;
  close(): void;
}

/**
 * Forwards TCP connections from `listen` to `target` if `admits` accepts the remote address; others are closed at once and
 * counted. Window containers reach a Temporal server on a loopback address this way. Rejects if it cannot listen on
 * `listen`.
 */
export async function startRelay(
  listen: Address,
  target: Address,
  admits: (remote: string) => Promise<boolean>,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  let refused = 0;
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    const remote = (client.remoteAddress ?? '').replace(/^::ffff:/, '');
    void admits(remote)
      .catch(() => false)
      .then((admitted) => {
        if (admitted && !client.destroyed) join(client, target);
        else if (!admitted) {
          refused++;
          client.destroy();
        }
      });
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  return {
    refused: () => refused,
    open: () => sockets.size,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Joins two connections: when one side ends a direction, the other side does too. Each direction ends by itself. */
function join(client: Socket, target: Address) {
  const upstream = connect({ ...target, allowHalfOpen: true });
  upstream.setNoDelay(true);
  client.setNoDelay(true);
  client.setKeepAlive(true, 30_000);
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  client.pipe(upstream).pipe(client);
}

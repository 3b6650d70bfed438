import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A relay between a client and its server that counts what the client sends. */
export interface CountingRelay {
  /** The number of chunks that clients have sent so far; a call is at least one. */
  sent(): number;
  /** Closes every connection and accepts no more, so that the server cannot be reached. */
  cut(): Promise<void>;
}

/** Listens on a Unix socket's path or a loopback TCP port, and forwards to another such address. */
export async function countingRelay(
  from: string | number,
  to: string | { host: string; port: number },
): Promise<CountingRelay> {
  let chunks = 0;
  const open = new Set<Socket>();
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    const target = typeof to === 'string' ? connect(to) : connect(to.port, to.host);
    [client, target].forEach(track);
    client.on('data', () => (chunks += 1));
    client.pipe(target);
    target.pipe(client);
  });
  if (typeof from === 'string') server.listen(from);
  else server.listen(from, '127.0.0.1');
  await once(server, 'listening');
  return {
    sent: () => chunks,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

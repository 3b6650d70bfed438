import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** A fake Engine that serves one container. */
export interface FakeEngine {
  socketPath: string;
  /** The calls as `METHOD /path`, oldest first; `hang up` is the end of the stream to the harness. */
  calls: string[];
  /** The labels of the container that it was asked to create. */
  made: { Labels: Record<string, string> }[];
  close(): Promise<void>;
}

/**
 * @param onCall called with each call before it is answered
 * @param says the bytes that the harness sends after its start, as framed by the Engine
 * @param info what it says of itself
 */
export async function startFakeEngine(
  onCall: (call: string) => void,
  says: Buffer,
  info = {},
): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11t-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const calls: string[] = [];
  const made: FakeEngine['made'] = [];
  const attached = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    const call = `${asked.method} ${asked.url!.replace(/\?.*/, '')}`;
    calls.push(call);
    onCall(call);
    let body = '';
    asked.on('data', (part: Buffer) => (body += part.toString()));
    asked.on('end', () => {
      if (call === 'POST /containers/create')
        made.push(JSON.parse(body) as FakeEngine['made'][number]);
    });
    if (call === 'POST /containers/create')
      answer.writeHead(201, { 'content-type': 'application/json' }).end('{"Id":"one"}');
    else if (call === 'GET /info')
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(info));
    else answer.writeHead(204).end();
    if (call.endsWith('/start')) for (const socket of attached) socket.write(says);
  });
  server.on('upgrade', (_, socket) => {
    attached.add(socket);
    socket.on('error', () => undefined).on('end', () => calls.push('hang up'));
    socket.resume();
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    calls,
    made,
    async close() {
      for (const socket of attached) socket.destroy();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

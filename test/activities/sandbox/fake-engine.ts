import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** An Engine that makes one container, without one. */
export interface FakeEngine {
  socketPath: string;
  /** `METHOD /path`, oldest first; `hang up` is the end of the stream to the harness. */
  calls: string[];
  /** What it was asked to make, with these labels. */
  made: { Labels: Record<string, string> }[];
  close(): Promise<void>;
}

/**
 * @param onCall hears of a call before it is answered
 * @param says what the harness says once it is started, as it goes over the Engine's stream
 */
export async function startFakeEngine(
  onCall: (call: string) => void,
  says: Buffer,
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

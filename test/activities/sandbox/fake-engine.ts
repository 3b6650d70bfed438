import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** An Engine that makes one container, without one: its harness never says a word. */
export interface FakeEngine {
  socketPath: string;
  /** `METHOD /path`, oldest first. */
  calls: string[];
  close(): Promise<void>;
}

/** @param onCall may take its time, before the call is answered */
export async function startFakeEngine(onCall: (call: string) => void): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11t-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const calls: string[] = [];
  const attached = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    const call = `${asked.method} ${asked.url!.replace(/\?.*/, '')}`;
    calls.push(call);
    onCall(call);
    asked.resume();
    if (call === 'POST /containers/create')
      answer.writeHead(201, { 'content-type': 'application/json' }).end('{"Id":"one"}');
    else answer.writeHead(204).end();
  });
  server.on('upgrade', (_, socket) => {
    attached.add(socket);
    socket.on('error', () => undefined).resume();
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    calls,
    async close() {
      for (const socket of attached) socket.destroy();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach } from '../../../activities/sandbox/attach.ts';

const accepts = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
let folder: string;
let server: ReturnType<typeof createServer>;
/** The Engine's side of a requested stream that it has not opened yet. */
let asked: Promise<Duplex>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11t-attach-'));
  server = createServer();
  asked = once(server, 'upgrade').then(([, socket]) => socket as Duplex);
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
});
afterEach(async () => {
  (await asked).destroy();
  server.close();
  await rm(folder, { recursive: true });
});

/** Resolves when the other side has closed this connection. */
const hungUp = (socket: Duplex): Promise<unknown> =>
  new Promise((resolve) => socket.on('error', resolve).on('end', resolve).resume());

test('an abandoned attach is closed', async () => {
  const late = new AbortController();
  const stream = attach(join(folder, 'docker.sock'), 'one', late.signal);
  const socket = await asked;
  late.abort();
  await expect(stream).rejects.toThrow('attach');
  await hungUp(socket);
}, 5000);

test('a stream that arrives too late is closed, and its error is ignored', async () => {
  const late = new AbortController();
  const stream = attach(join(folder, 'docker.sock'), 'one', late.signal);
  const socket = await asked;
  socket.write(accepts);
  const ours = await stream;
  expect(ours.listenerCount('error')).toBeGreaterThan(0);
  late.abort();
  await hungUp(socket);
  expect(ours.destroyed).toBe(true);
}, 5000);

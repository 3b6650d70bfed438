import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { listeningIn, socketsIn } from '../../../activities/engine/sockets.ts';

const table = (...rows: string[]): string =>
  ['  sl  local_address rem_address   st', ...rows].join('\n');

test('only sockets that listen are found, with their addresses', () => {
  expect(
    socketsIn(
      table(
        '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000',
        '   1: 0100007F:0050 00000000:0000 0A 00000000:00000000',
        '   2: 0100007F:9C40 0100007F:0050 01 00000000:00000000',
        '   3: 0B00007F:A7D1 00000000:0000 0A 00000000:00000000',
      ),
    ),
  ).toEqual([
    { address: '0.0.0.0', port: 8080 },
    { address: '127.0.0.1', port: 80 },
  ]);
  expect(
    socketsIn(
      table(
        '   0: 00000000000000000000000000000000:1F90 x 0A',
        '   1: 00000000000000000000000001000000:0050 x 0A',
        '   2: 0000000000000000FFFF00000100007F:0051 x 0A',
        '   3: B80D0120000000000000000001000000:0052 x 0A',
      ),
    ),
  ).toEqual([
    { address: '::', port: 8080 },
    { address: '::1', port: 80 },
    { address: '::ffff:127.0.0.1', port: 81 },
    { address: '2001:db8:0:0:0:0:0:1', port: 82 },
  ]);
});

test('a socket of this process is seen', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await listeningIn('self')).toContainEqual({ address: '127.0.0.1', port });
  server.close();
  expect(await listeningIn(0)).toBeNull();
});

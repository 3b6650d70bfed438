import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { callbackSecret, signature } from '../../../activities/tasks/callback-secret.ts';
import { postCallback } from '../../../activities/tasks/post-callback.ts';
import { AddressRefused } from '../../../platform/network/post-public.ts';

let server: Server;
let port: number;
const got: string[] = [];
beforeAll(async () => {
  server = createServer((request, reply) => {
    got.push(`${request.method} ${request.url}`);
    if (request.url === '/moved') reply.writeHead(302, { location: '/there' }).end();
    else reply.writeHead(request.url === '/bad' ? 500 : 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const post = (host: string, path = '/', allowed: string[] = []) =>
  postCallback(`http://${host}:${port}${path}`, '{}', {}, allowed);

test.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0'])(
  'nothing is sent to %s, which is not public, by address or by name',
  async (host) => {
    got.length = 0;
    await expect(post(host)).rejects.toThrow(AddressRefused);
    expect(got).toEqual([]);
  },
);

test('a callback to a host that the operator allows is sent, and its response decides', async () => {
  expect(await post('localhost', '/', ['localhost'])).toBe(204);
  await expect(post('127.0.0.1', '/bad', ['127.0.0.1'])).rejects.toThrow('answered 500');
  await expect(post('127.0.0.1', '/', ['localhost'])).rejects.toThrow(AddressRefused);
});

test('a redirect is not followed', async () => {
  got.length = 0;
  await expect(post('localhost', '/moved', ['localhost'])).rejects.toThrow('answered 302');
  expect(got).toEqual(['POST /moved']);
});

test('the secret is created once, readable only by its owner, even by concurrent calls', async () => {
  const home = await mkdtemp(join(tmpdir(), 'vx11-secret-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const secrets = await Promise.all(Array.from({ length: 8 }, () => callbackSecret(home)));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toMatch(/^[\w-]{43}$/);
  expect((await stat(join(home, 'callback-secret'))).mode & 0o777).toBe(0o600);
});

test('a signature covers the time and the body', () => {
  const mac = createHmac('sha256', 's').update('17.{"a":1}').digest('hex');
  expect(signature('s', 17, '{"a":1}')).toBe(`t=17,v1=${mac}`);
});

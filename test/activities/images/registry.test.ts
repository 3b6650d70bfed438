import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { remoteImage } from '../../../activities/images/registry.ts';

const digest = `sha256:${'d'.repeat(64)}`;
let folder: string;
let server: Server;
let address: string;
let asked: { method: string; url: string; authorization: string | undefined }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-registry-'));
  asked = [];
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, authorization: headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
const ask = (name = 'app/web:1') => remoteImage(`${address}/${name}`, folder);
const known = (response: ServerResponse, more: Record<string, string> = {}): void => {
  response.writeHead(200, { 'docker-content-digest': digest, ...more }).end();
};

test('the digest of a tag takes one HEAD, and the quota that is left is known', async () => {
  answer = (_, response) =>
    known(response, { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '20;w=21600' });
  expect(await ask()).toEqual({ digest, quota: 0.2 });
  expect(asked).toEqual([
    { method: 'HEAD', url: '/v2/app/web/manifests/1', authorization: undefined },
  ]);
});

test('a registry that wants a token gets one, with the account of Docker’s config', async () => {
  const auth = Buffer.from('ana:secret').toString('base64');
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [address]: { auth } } }));
  answer = ({ url = '', headers }, response) => {
    if (url.startsWith('/token')) return void response.end(JSON.stringify({ token: 't1' }));
    if (headers.authorization === 'Bearer t1') return known(response);
    const realm = `http://${address}/token`;
    const wanted = `Bearer realm="${realm}",service="reg",scope="repository:app/web:pull"`;
    response.writeHead(401, { 'www-authenticate': wanted }).end();
  };
  expect(await ask()).toEqual({ digest, quota: null });
  expect(asked.map(({ method, authorization }) => [method, authorization])).toEqual([
    ['HEAD', undefined],
    ['GET', `Basic ${auth}`],
    ['HEAD', 'Bearer t1'],
  ]);
  expect(asked[1]!.url).toBe('/token?service=reg&scope=repository%3Aapp%2Fweb%3Apull');
});

test('what a registry refuses or does not have is an error that names it', async () => {
  answer = (_, response) => void response.writeHead(404).end();
  await expect(ask()).rejects.toThrow(`${address} answers 404 for app/web:1`);
  answer = (_, response) => void response.writeHead(429).end();
  await expect(ask()).rejects.toThrow('429');
});

test('a reference with a digest never moves, and nobody is asked', async () => {
  expect(await ask(`app/web@${digest}`)).toBeNull();
  expect(asked).toEqual([]);
});

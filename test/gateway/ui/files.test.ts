import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startListening, type ListeningGateway } from '../fixture.ts';

let gateway: ListeningGateway;
let folder: string;

const page =
  '<!doctype html><script type="module" src="/operator/ui/assets/index-4f2a.js"></script>';
const script = 'console.log("the page");'.repeat(40);

beforeAll(async () => {
  gateway = await startListening();
  folder = join(gateway.files, '../ui');
});
afterAll(() => gateway.close());

const get = (url: string, headers: Record<string, string> = {}) => gateway.inject({ url, headers });
const errorOf = async (url: string) => {
  const { statusCode, body } = await get(url);
  return { status: statusCode, error: (JSON.parse(body) as { error: string }).error };
};
/** The status of an address that no client would clean up. */
const rawStatus = (address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('data', (data) => {
      socket.destroy();
      resolve(Number(data.toString().split(' ')[1]));
    });
    socket.on('error', reject);
    socket.write(`GET ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });

async function build(): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  const write = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    await writeFile(`${file}.br`, brotliCompressSync(text));
    await writeFile(`${file}.gz`, gzipSync(text));
  };
  await write('index.html', page);
  await write('assets/index-4f2a.js', script);
  await writeFile(join(folder, 'assets/only-plain.css'), 'a{}');
  await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, '.secret.txt'), 'no');
  await mkdir(join(folder, 'inner'));
  await writeFile(join(folder, 'inner/file.txt'), 'no');
  await writeFile(join(folder, '../outside.txt'), 'no');
}

test('a UI that is not built is 503, on a page that says how to build it', async () => {
  const answer = await get('/operator/ui/');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(answer.body).toContain('npm start');
  expect(await errorOf('/operator/ui/assets/index-4f2a.js')).toEqual({
    status: 404,
    error: 'not_found',
  });
});

describe('a UI that was built while the gateway ran', () => {
  beforeAll(build);
  afterAll(() => rm(folder, { recursive: true }));

  test('is served without a token, under a policy that allows no foreign and no inline script', async () => {
    const answer = await get('/operator/ui/');
    expect([answer.statusCode, answer.body]).toEqual([200, page]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    });
  });

  test.each(['/', '/operator', '/operator/ui'])('is where %s leads', async (url) => {
    const { statusCode, headers } = await get(url);
    expect({ statusCode, location: headers['location'] }).toEqual({
      statusCode: 302,
      location: '/operator/ui/',
    });
  });

  test.each([
    'windows',
    'windows/window-00000000000000aa',
    'services/box/web.v2',
    'services/box/.hidden',
    'services/box/web.js',
    'plans/plan-00000001?review&from=1',
    'a/b/c/',
  ])('answers the deep link %s with its page', async (path) => {
    const answer = await get(`/operator/ui/${path}`);
    expect([answer.statusCode, answer.body]).toEqual([200, page]);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  test('sends files as they were compressed, by what the caller accepts', async () => {
    const url = '/operator/ui/assets/index-4f2a.js';
    const coded = async (accept?: string) => {
      const headers = accept === undefined ? {} : { 'accept-encoding': accept };
      const answer = await get(url, headers);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': expect.stringMatching(/javascript; charset=utf-8$/),
        'cache-control': 'public, max-age=31536000, immutable',
        vary: expect.stringMatching(/accept-encoding/i),
      });
      return [answer.headers['content-encoding'], answer.rawPayload, answer.headers['etag']];
    };
    const [br, brotli, brTag] = await coded('gzip, deflate, br');
    const [gz, zipped, gzTag] = await coded('gzip');
    const [none, plain, plainTag] = await coded();
    expect([br, gz, none]).toEqual(['br', 'gzip', undefined]);
    expect(brotliDecompressSync(brotli as Buffer).toString()).toBe(script);
    expect(gunzipSync(zipped as Buffer).toString()).toBe(script);
    expect(String(plain)).toBe(script);
    expect(new Set([brTag, gzTag, plainTag]).size).toBe(3);
    const known = await get(url, { 'accept-encoding': 'br', 'if-none-match': String(brTag) });
    expect([known.statusCode, known.body]).toEqual([304, '']);
  });

  test('sends a file that has no compressed form as it is, and the page in brotli', async () => {
    const all = { 'accept-encoding': 'gzip, br' };
    const css = await get('/operator/ui/assets/only-plain.css', all);
    expect([css.body, css.headers['content-encoding']]).toEqual(['a{}', undefined]);
    const icon = await get('/operator/ui/favicon.svg', all);
    expect(icon.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
    const html = await get('/operator/ui/windows', all);
    expect(html.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(brotliDecompressSync(html.rawPayload).toString()).toBe(page);
  });

  test.each([
    ['a missing asset', 'assets/index-0000.js'],
    ['a folder of assets', 'assets/'],
    ['a missing file beside the page', 'robots.txt'],
    ['a file whose name begins with a dot', '.secret.txt'],
    ['a folder upwards', '..%2foutside.txt'],
    ['a folder upwards from the assets', 'assets/..%2f..%2foutside.txt'],
    ['a folder upwards, with a backslash', '..%5coutside.txt'],
    ['a NUL', 'assets/index-4f2a.js%00.css'],
  ])('is 404, and not the page, for %s', async (_, path) => {
    const answer = await get(`/operator/ui/${path}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'not_found' });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('never leaves its folder', async () => {
    for (const address of [
      '/operator/ui/../outside.txt',
      '/operator/ui/../../../../etc/passwd',
      '/operator/ui/assets/../../outside.txt',
      '/operator/ui/%2e%2e/outside.txt',
      '/operator/ui/%2e%2e%2foutside.txt',
      '/operator/ui//etc/passwd/..',
    ]) {
      expect({ address, status: await rawStatus(address) }).toEqual({ address, status: 404 });
    }
    expect((await get('/operator/ui/inner/file.txt')).body).toBe(page);
  });

  test('answers HEAD with the headers alone, and takes no other method', async () => {
    const head = await gateway.inject({ method: 'HEAD', url: '/operator/ui/' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(page.length));
    const post = await gateway.inject({ method: 'POST', url: '/operator/ui/', payload: {} });
    expect([post.statusCode, post.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  test('is not part of the description of the API', async () => {
    const { paths } = (await get('/openapi.json')).json<{ paths: object }>();
    expect(Object.keys(paths).filter((path) => path === '/' || path.includes('/ui'))).toEqual([]);
  });
});

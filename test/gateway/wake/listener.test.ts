import { expect, test } from 'vitest';
import { rights } from '../http/rights.ts';
import { adminToken } from '../fixture.ts';
import { startWake } from './fixture.ts';

const ready = 'x-sablier-session-status';

test('no address of the gateway is there, with or without a token', async () => {
  const wake = await startWake();
  for (const route of Object.keys(rights)) {
    const [method = '', path = ''] = route.split(' ');
    if (path === '/health') continue;
    const address = path.replaceAll(/\{\w+\}/g, 'x');
    for (const token of ['', `X-VX11-Token: ${adminToken}\r\n`]) {
      const answer = await wake.exchange(
        `${method} ${address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Type: application/json\r\n${token}\r\n{}`,
      );
      expect({ route, status: answer.status }).toEqual({ route, status: 404 });
      expect(answer.headers[ready]).toBe('not-ready');
    }
  }
});

test('only GET and HEAD are taken', async () => {
  const wake = await startWake();
  const answer = await wake.exchange(
    'POST /api/strategies/poke?names=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n',
  );
  expect(answer).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD', [ready]: 'not-ready' },
  });
  const head = await wake.exchange(
    'HEAD /wake/auth?names=web HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  expect(head).toMatchObject({ status: 503, body: '' });
  await expect.poll(() => wake.opened.length).toBe(1);
});

test.each([
  ['evil.example', 403, 'VX11_WAKE_HOSTS'],
  ['', 400, 'Host'],
  ['sablier:10000', 200, ''],
  ['LOCALHOST', 200, ''],
])('a Host header of "%s" is answered with %i', async (host, status, words) => {
  const wake = await startWake();
  const line = host === '' ? '' : `Host: ${host}\r\n`;
  const answer = await wake.exchange(`GET /api/strategies/poke?names=web HTTP/1.1\r\n${line}\r\n`);
  expect(answer.status).toBe(status);
  expect(answer.headers[ready]).toBe('not-ready');
  if (status !== 200) {
    expect(JSON.parse(answer.body).detail).toContain(words);
    expect(wake.opened).toEqual([]);
  }
});

test('a page elsewhere wakes nothing through a browser; a visitor of the proxy does', async () => {
  const wake = await startWake();
  for (const path of ['/api/strategies/poke?names=web', '/wake/auth?names=web']) {
    const answer = await wake.get(path, { 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).toBe(403);
  }
  expect(wake.opened).toEqual([]);
  const visitor = { 'Sec-Fetch-Site': 'cross-site', 'X-Forwarded-Uri': '/films' };
  expect((await wake.get('/wake/auth?names=web', visitor)).status).toBe(503);
  await expect.poll(() => wake.opened.length).toBe(1);
});

test('with a path secret, nothing but health answers without it', async () => {
  const secret = 'a-secret-of-the-proxy';
  const wake = await startWake({ settings: { secret } });
  for (const path of [
    '/api/themes',
    '/wake/auth?names=web',
    '/wake/another-secret-16/api/themes',
    `/${secret}/api/themes`,
  ])
    expect(await wake.get(path)).toMatchObject({ status: 404, headers: { [ready]: 'not-ready' } });
  expect((await wake.get(`/wake/${secret}/api/themes`)).status).toBe(200);
  expect((await wake.get(`/wake/${secret}/auth?names=web`)).status).toBe(503);
  expect((await wake.get('/health')).body).toBe('OK');
});

test('an address has a rate of its own', async () => {
  const wake = await startWake({ settings: { perAddress: 3 } });
  const answers = [];
  for (let nth = 0; nth < 5; nth += 1) answers.push(await wake.get('/api/themes'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  expect(Number(answers[4]!.headers['retry-after'])).toBeGreaterThan(0);
  expect(answers[4]!.headers[ready]).toBe('not-ready');
});

test('what is not HTTP has the header too, or a proxy would let its client through', async () => {
  const wake = await startWake();
  const answer = await wake.exchange('GET nonsense\r\n\r\n');
  expect(answer).toMatchObject({ status: 400, headers: { [ready]: 'not-ready' } });
});

test('a store that is away is 503 with the header, and shows no cause', async () => {
  const store = (): never => {
    throw new Error('SQLITE_IOERR in /home/ana/vx11.db');
  };
  const wake = await startWake({ deps: { store } });
  const answer = await wake.get('/api/strategies/dynamic?names=web');
  expect(answer).toMatchObject({ status: 503, headers: { [ready]: 'not-ready' } });
  expect(JSON.parse(answer.body).error).toBe('store_unavailable');
  expect(answer.body).not.toContain('ana');
});

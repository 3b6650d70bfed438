import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { internalHeader, internalKey, internalLines } from '../../platform/internal-key.ts';
import { traceParent } from '../../platform/trace-context.ts';
import { serveHealth, type HealthServer } from '../../workers/health-server.ts';
import { internalCall, internalRoutes } from '../../workers/internal-http.ts';

describe('the key of an installation', () => {
  let home: string;
  beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'vx11-key-'))));
  afterAll(() => rm(home, { recursive: true }));

  test('is created by the first process, the same for all, readable only by its owner, with no other file left', async () => {
    const keys = Array.from({ length: 5 }, () => internalKey(undefined, home));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
    expect((await stat(join(home, 'internal.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['internal.key']);
  });
  test('may be given, and there is none without a home', () => {
    expect(internalKey('given', home)).toBe('given');
    expect(internalKey(undefined, undefined)).toBeNull();
    expect(internalKey(undefined, '/dev/null/home')).toBeNull();
  });
});

describe('the internal routes', () => {
  const key = 'k'.repeat(32);
  const calls = {
    '/chat': internalCall(z.strictObject({ n: z.number() }), async ({ n }) => ({ twice: 2 * n })),
    '/trace': internalCall(z.any(), async () => ({ parent: traceParent() })),
    '/away': internalCall(z.any(), async () => {
      throw new VX11Error('store_unavailable', 'away');
    }),
    '/broken': internalCall(z.any(), async () => {
      throw new Error('a secret cause');
    }),
    '/parts': internalCall(
      z.strictObject({ parts: z.int(), end: z.string() }),
      async (body, onPart) => {
        for (let n = 0; n < body.parts; n += 1) onPart?.({ n });
        if (body.end === 'away') throw new VX11Error('store_unavailable', 'away');
        if (body.end === 'broken') throw new Error('a secret cause');
        return { end: body.end };
      },
    ),
  };
  let server: HealthServer;
  let url: string;
  beforeAll(async () => {
    const routes = internalRoutes(calls, key, pino({ level: 'silent' }));
    const health = () => ({ status: 'ok', module: 'madre', version: '0' }) as const;
    server = await serveHealth({ host: '127.0.0.1', port: 0 }, health, { routes });
    url = `http://127.0.0.1:${server.port}`;
  });
  afterAll(() => server.close());
  const ask = async (
    path: string,
    body: string,
    sent: Record<string, string> = { [internalHeader]: key },
  ) => {
    const answer = await fetch(url + path, { method: 'POST', body, headers: sent });
    return [answer.status, await answer.json().catch(() => null)];
  };

  test('answer valid calls with the key', async () => {
    expect(await ask('/chat', '{"n":2}')).toEqual([200, { twice: 4 }]);
    expect(await ask('/chat', '{"n":"2"}')).toMatchObject([422, { error: 'invalid' }]);
    expect(await ask('/chat', 'no json')).toMatchObject([422, { error: 'invalid' }]);
    expect(await ask('/else', '{}')).toEqual([404, null]);
  });
  test.each([
    ['no key', {}],
    ['another key', { [internalHeader]: 'x'.repeat(32) }],
    ['a longer key', { [internalHeader]: `${key}k` }],
  ])('answer 403 to a caller with %s', async (_, sent) =>
    expect(await ask('/chat', '{"n":2}', sent as Record<string, string>)).toEqual([
      403,
      { error: 'forbidden' },
    ]),
  );
  test('run a call as a part of the caller’s trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = { [internalHeader]: key };
    expect(await ask('/trace', '{}', { ...sent, traceparent })).toEqual([
      200,
      { parent: traceparent },
    ]);
    expect(await ask('/trace', '{}', sent)).toEqual([200, { parent: null }]);
  });
  test('send the parts and then the answer as JSON Lines if the caller accepts lines', async () => {
    const linesOf = async (parts: number, end: string, accept: string, sent = key) => {
      const headers = { [internalHeader]: sent, accept };
      const body = JSON.stringify({ parts, end });
      const answer = await fetch(`${url}/parts`, { method: 'POST', body, headers });
      const text = (await answer.text()).trim().split('\n');
      const lines = text.map((line) => JSON.parse(line) as unknown);
      return [answer.status, answer.headers.get('content-type'), ...lines];
    };
    const parts = [{ part: { n: 0 } }, { part: { n: 1 } }];
    const ended = (status: number, body: object) => ({ answer: { status, body } });
    expect(await linesOf(2, 'well', internalLines)).toEqual([
      200,
      internalLines,
      ...parts,
      ended(200, { end: 'well' }),
    ]);
    const away = { error: 'store_unavailable', detail: 'away' };
    expect((await linesOf(2, 'away', internalLines)).slice(2)).toEqual([
      ...parts,
      ended(503, away),
    ]);
    const broken = (await linesOf(2, 'broken', internalLines)).slice(2);
    expect(broken).toEqual([...parts, ended(500, { error: 'internal' })]);
    // without parts, and for a caller that does not accept lines, the answer is a plain one
    expect(await linesOf(0, 'away', internalLines)).toEqual([
      503,
      'application/json; charset=utf-8',
      away,
    ]);
    expect(await linesOf(2, 'well', '*/*')).toEqual([
      200,
      'application/json; charset=utf-8',
      { end: 'well' },
    ]);
    expect((await linesOf(2, 'well', internalLines, 'x'.repeat(32)))[0]).toBe(403);
  });
  test('refuse a body that is too large, and reveal no cause of an error', async () => {
    expect(await ask('/chat', `{"n":${' '.repeat(300_000)}1}`)).toMatchObject([
      413,
      { error: 'too_large' },
    ]);
    expect(await ask('/away', '{}')).toEqual([503, { error: 'store_unavailable', detail: 'away' }]);
    expect(await ask('/broken', '{}')).toEqual([500, { error: 'internal' }]);
  });
});

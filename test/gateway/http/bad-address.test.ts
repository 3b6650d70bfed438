import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRequests } from './requests.ts';

let fixture: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  fixture = await startRequests();
});
afterAll(() => fixture.gateway.close());

describe('the address of a request', () => {
  test('B28: an unlisted host is 403', async () => {
    const headers = { host: 'evil.example', 'x-vx11-token': fixture.operator };
    expect(await fixture.send({ url: '/vx11/status', headers })).toMatchObject({
      status: 403,
      error: 'host_not_allowed',
    });
    expect((await fixture.send({ url: '/health', headers: { host: 'BOX:8000' } })).status).toBe(
      200,
    );
  });

  test.each([
    ['PUT', '/vx11/window/open', 'POST'],
    ['GET', '/vx11/window/open', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['DELETE', '/vx11/windows/window-0123456789abcdef', 'GET'],
    ['OPTIONS', '/vx11/status', 'GET'],
    ['GET', '/vx11/tokens/token-0123456789abcdef', 'DELETE'],
  ] as const)('B29: %s %s is 405 with Allow', async (method, url, allow) => {
    const answer = await fixture.send({
      method,
      url,
      headers: { 'x-vx11-token': fixture.operator },
    });
    expect(answer).toMatchObject({ status: 405, error: 'method_not_allowed' });
    expect(answer.headers['allow']).toBe(allow);
  });

  test('B30: an unknown route is 404 and does not echo itself', async () => {
    const answer = await fixture.send({ url: '/<script>alert(1)</script>' });
    expect(answer).toMatchObject({ status: 404, error: 'not_found' });
    expect(JSON.stringify(answer.body)).not.toContain('script');
  });

  test.each([
    ['B31: a wrong percent-encoding', '/vx11/windows/%zz', 400, 'bad_request'],
    ['B32: dots and slashes in an id', '/vx11/windows/..%2f..%2f', 422, 'invalid'],
    ['B33: an id of 80 characters', `/vx11/windows/window-${'a'.repeat(73)}`, 422, 'invalid'],
    [
      'B33: an id of 120 characters',
      `/vx11/windows/window-${'a'.repeat(113)}`,
      414,
      'uri_too_long',
    ],
    ['B34: a parameter twice', '/vx11/windows?limit=1&limit=2', 422, 'invalid'],
    ['B34: a nested parameter', '/vx11/windows?a[b]=c', 422, 'invalid'],
    ['B34: an unknown parameter', '/vx11/status?ttl=1', 422, 'invalid'],
    ['B19: NUL in a path', '/vx11/window/status/web%00', 422, 'invalid'],
    ['B58: a cursor that is SQL', "/vx11/windows?cursor=1'%20or%201=1", 422, 'invalid'],
    ['B41: an unknown window', '/vx11/windows/window-00000000deadbeef', 404, 'window_not_found'],
  ])('%s', async (_, url, status, error) => {
    expect(
      await fixture.send({ url, headers: { 'x-vx11-token': fixture.operator } }),
    ).toMatchObject({
      status,
      error,
    });
  });

  test('B54: a change from a foreign or null origin is 403, and no CORS header is ever sent', async () => {
    const from = (origin: string) =>
      fixture.post('/operator/power/service/redis/stop', '{}', { origin, host: 'localhost:8000' });
    for (const origin of ['https://evil.example', 'null']) {
      expect(await from(origin)).toMatchObject({ status: 403, error: 'origin_not_allowed' });
    }
    for (const origin of ['https://good.example', 'http://localhost:8000']) {
      const answer = await from(origin);
      expect(answer.error).toBe('core_service');
      expect(Object.keys(answer.headers).join()).not.toContain('access-control');
    }
    const preflight = await fixture.send({
      method: 'OPTIONS',
      url: '/vx11/window/open',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    expect(Object.keys(preflight.headers).join()).not.toContain('access-control');
  });
});

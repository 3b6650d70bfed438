import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminToken, view } from '../fixture.ts';
import { startRequests, good } from './requests.ts';

let stage: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  stage = await startRequests();
});
afterAll(() => stage.gateway.close());

describe('who asks', () => {
  test('B1: no token is 401 and says how', async () => {
    const answer = await stage.send({ url: '/vx11/status' });
    expect(answer).toMatchObject({ status: 401, error: 'auth_required' });
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  test.each([
    ['wrong', 'vx11_0123456789abcdef_' + 'A'.repeat(43)],
    ['cut', 'vx11_0123'],
    ['of 10 KB', 'x'.repeat(10_000)],
    ['not ASCII', 'tökén'],
  ])('B2: a token that is %s is 403', async (_, token) => {
    const headers = { 'x-vx11-token': token };
    expect(await stage.send({ url: '/vx11/status', headers })).toMatchObject({
      status: 403,
      error: 'forbidden',
    });
  });

  test('B3: a revoked, an expired and a replaced token answer like a wrong one; in its overlap it works', async () => {
    const now = Date.now();
    const bodies = new Set<string>();
    for (const dates of [{ revoked_at: now - 1 }, { expires_at: now - 1 }]) {
      const token = await stage.gateway.token('viewer', dates);
      const { status, body } = await stage.send({
        url: '/vx11/status',
        headers: { 'x-vx11-token': token },
      });
      expect(status).toBe(403);
      bodies.add(JSON.stringify({ ...body, correlation_id: '' }));
    }
    const wrong = await stage.send({
      url: '/vx11/status',
      headers: { 'x-vx11-token': 'nonsense' },
    });
    bodies.add(JSON.stringify({ ...wrong.body, correlation_id: '' }));
    expect(bodies.size).toBe(1);
    const overlapping = await stage.gateway.token('viewer', { expires_at: now + 60_000 });
    const headers = { 'x-vx11-token': overlapping };
    expect((await stage.send({ url: '/vx11/status', headers })).status).toBe(200);
  });

  test('B4: a token elsewhere than in its header does not count and is not logged', async () => {
    const inQuery = await stage.send({ url: `/vx11/status?token=${stage.operator}` });
    const inCookie = await stage.send({
      url: '/vx11/status',
      headers: { cookie: `token=${stage.operator}` },
    });
    expect([inQuery.status, inCookie.status]).toEqual([401, 401]);
    expect(stage.gateway.log.join('')).not.toContain(stage.operator);
  });

  test('B4: two headers that differ are refused, two that agree are not', async () => {
    const two = (bearer: string) =>
      stage.send({
        url: '/vx11/status',
        headers: { 'x-vx11-token': stage.operator, authorization: `Bearer ${bearer}` },
      });
    expect(await two(adminToken)).toMatchObject({ status: 400, error: 'ambiguous_token' });
    expect((await two(stage.operator)).status).toBe(200);
  });

  test('B5: too low a scope is 403', async () => {
    const viewer = await stage.gateway.token('viewer');
    const answer = await stage.send({
      method: 'POST',
      url: '/vx11/window/open',
      payload: good,
      headers: { 'x-vx11-token': viewer },
    });
    expect(answer).toMatchObject({ status: 403, error: 'scope' });
  });

  test("B6: an operator window of somebody else's is not there to be changed", async () => {
    const foreign = view({ kind: 'operator', target: null, owner: 'somebody else' });
    await stage.gateway.store.windows.request(foreign, []);
    for (const url of ['/vx11/window/close', '/operator/power/window/close']) {
      const answer = await stage.post(url, JSON.stringify({ window_id: foreign.window_id }));
      expect(answer).toMatchObject({ status: 404, error: 'window_not_found' });
    }
  });
});

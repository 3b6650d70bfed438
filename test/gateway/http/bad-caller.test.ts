import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminToken, view } from '../fixture.ts';
import { startRequests, good } from './requests.ts';

let fixture: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  fixture = await startRequests();
});
afterAll(() => fixture.gateway.close());

describe('the caller of a request', () => {
  test('B1: a missing token is 401 and says how to send one', async () => {
    const answer = await fixture.send({ url: '/vx11/status' });
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
    expect(await fixture.send({ url: '/vx11/status', headers })).toMatchObject({
      status: 403,
      error: 'forbidden',
    });
  });

  test('B3: a revoked, an expired and a rotated token are refused like a wrong one; during its overlap a rotated one works', async () => {
    const now = Date.now();
    const bodies = new Set<string>();
    for (const dates of [{ revoked_at: now - 1 }, { expires_at: now - 1 }]) {
      const token = await fixture.gateway.token('viewer', dates);
      const { status, body } = await fixture.send({
        url: '/vx11/status',
        headers: { 'x-vx11-token': token },
      });
      expect(status).toBe(403);
      bodies.add(JSON.stringify({ ...body, correlation_id: '' }));
    }
    const wrong = await fixture.send({
      url: '/vx11/status',
      headers: { 'x-vx11-token': 'nonsense' },
    });
    bodies.add(JSON.stringify({ ...wrong.body, correlation_id: '' }));
    expect(bodies.size).toBe(1);
    const overlapping = await fixture.gateway.token('viewer', { expires_at: now + 60_000 });
    const headers = { 'x-vx11-token': overlapping };
    expect((await fixture.send({ url: '/vx11/status', headers })).status).toBe(200);
  });

  test('B4: a token outside its header is ignored and is not logged', async () => {
    const inQuery = await fixture.send({ url: `/vx11/status?token=${fixture.operator}` });
    const inCookie = await fixture.send({
      url: '/vx11/status',
      headers: { cookie: `token=${fixture.operator}` },
    });
    expect([inQuery.status, inCookie.status]).toEqual([401, 401]);
    expect(fixture.gateway.log.join('')).not.toContain(fixture.operator);
  });

  test('B4: two headers that differ are refused, two that agree are not', async () => {
    const two = (bearer: string) =>
      fixture.send({
        url: '/vx11/status',
        headers: { 'x-vx11-token': fixture.operator, authorization: `Bearer ${bearer}` },
      });
    expect(await two(adminToken)).toMatchObject({ status: 400, error: 'ambiguous_token' });
    expect((await two(fixture.operator)).status).toBe(200);
  });

  test('B5: too low a scope is 403', async () => {
    const viewer = await fixture.gateway.token('viewer');
    const answer = await fixture.send({
      method: 'POST',
      url: '/vx11/window/open',
      payload: good,
      headers: { 'x-vx11-token': viewer },
    });
    expect(answer).toMatchObject({ status: 403, error: 'scope' });
  });

  test('B6: an operator window of another owner does not exist for a caller that wants to change it', async () => {
    const foreign = view({ kind: 'operator', target: null, owner: 'somebody else' });
    await fixture.gateway.store.windows.request(foreign, []);
    for (const url of ['/vx11/window/close', '/operator/power/window/close']) {
      const answer = await fixture.post(url, JSON.stringify({ window_id: foreign.window_id }));
      expect(answer).toMatchObject({ status: 404, error: 'window_not_found' });
    }
  });
});

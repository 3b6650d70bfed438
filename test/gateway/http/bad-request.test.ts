import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { view } from '../fixture.ts';
import { startRequests, good } from './requests.ts';

let stage: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  stage = await startRequests();
});
afterAll(() => stage.gateway.close());

describe('what it is about', () => {
  test('B39: a key that is too long or holds control bytes is 400', async () => {
    for (const key of ['k'.repeat(256), 'a\tb', 'a b']) {
      const answer = await stage.post('/operator/power/service/redis/stop', '{}', {
        'idempotency-key': key,
      });
      expect(answer).toMatchObject({ status: 400, error: 'bad_idempotency_key' });
    }
  });

  test('B43: a core service is not stopped', async () => {
    for (const name of ['redis', 'madre', 'tentaculo_link', 'postgres']) {
      const answer = await stage.post(`/operator/power/service/${name}/stop`, '{}');
      expect(answer).toMatchObject({ status: 403, error: 'core_service' });
    }
  });

  test('B41: closing what is closed is 200, closing what never was is 404', async () => {
    const ended = view({ state: 'closed', closed_at: new Date().toISOString() });
    await stage.gateway.store.windows.request(ended, []);
    const answer = await stage.gateway.inject({
      method: 'POST',
      url: '/vx11/window/close',
      payload: { window_id: ended.window_id },
      headers: { 'x-vx11-token': stage.operator },
    });
    expect(answer.json()).toMatchObject({ closed: true, was_open: false });
    const unknown = await stage.post(
      '/vx11/window/close',
      '{"window_id":"window-00000000deadbeef"}',
    );
    expect(unknown).toMatchObject({ status: 404, error: 'window_not_found' });
  });

  test('B42: extending what ended is 409', async () => {
    const ended = view({ state: 'closed', closed_at: new Date().toISOString() });
    await stage.gateway.store.windows.request(ended, []);
    const body = JSON.stringify({ window_id: ended.window_id, seconds: 60 });
    expect(await stage.post('/vx11/window/extend', body)).toMatchObject({
      status: 409,
      error: 'window_ended',
    });
  });

  test('B57: a reason that is markup or control text is kept as text, and the log stays one line each', async () => {
    const reason = '</script>{{7*7}}\r\n\u001b[31mred';
    await stage.open({ ...good, reason });
    const { windows } = await stage.gateway.store.windows.list({ limit: 1 });
    expect(windows[0]?.reason).toBe(reason);
    for (const line of stage.gateway.log) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test('B58: a reason that looks like SQL is text', async () => {
    const reason = "'); drop table windows; --";
    await stage.open({ ...good, reason });
    expect((await stage.gateway.store.windows.list({ limit: 1 })).windows[0]?.reason).toBe(reason);
  });

  test('B60: a correlation id that is too long or holds a newline is replaced by ours', async () => {
    for (const sent of ['x'.repeat(10_000), 'a b', 'a;b']) {
      const answer = await stage.send({
        url: '/vx11/status',
        headers: { 'x-correlation-id': sent },
      });
      expect(answer.body?.correlation_id).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers['x-correlation-id']).toBe(answer.body?.correlation_id);
    }
    const kept = await stage.send({
      url: '/vx11/status',
      headers: { 'x-correlation-id': 'mine-1' },
    });
    expect(kept.body?.correlation_id).toBe('mine-1');
  });

  test('B60: while Temporal is away a change is 503 with Retry-After, leaves nothing requested, and health is 200', async () => {
    for (let nth = 0; nth < 5; nth += 1) {
      const answer = await stage.open({ ...good, target: 'db' });
      expect(answer).toMatchObject({ status: 503, error: 'temporal_unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    const requested = await stage.gateway.store.windows.list({ limit: 10, state: 'requested' });
    expect(requested.windows).toEqual([]);
    expect((await stage.send({ url: '/health' })).status).toBe(200);
  });
});

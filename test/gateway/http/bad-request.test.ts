import { closed } from '../../../domain/windows/window.ts';
import { receiptExample } from '../../../gateway/openapi/examples.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { view } from '../fixture.ts';
import { startRequests, good } from './requests.ts';

let fixture: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  fixture = await startRequests();
});
afterAll(() => fixture.gateway.close());

describe('the subject of a request', () => {
  test('B39: a key that is too long or holds control bytes is 400', async () => {
    for (const key of ['k'.repeat(256), 'a\tb', 'a b']) {
      const answer = await fixture.post('/operator/power/service/redis/stop', '{}', {
        'idempotency-key': key,
      });
      expect(answer).toMatchObject({ status: 400, error: 'bad_idempotency_key' });
    }
  });

  test('B43: a core service is not stopped', async () => {
    for (const name of ['redis', 'madre', 'tentaculo_link', 'postgres']) {
      const answer = await fixture.post(`/operator/power/service/${name}/stop`, '{}');
      expect(answer).toMatchObject({ status: 403, error: 'core_service' });
    }
  });

  test('B41: closing a closed window is 200, closing an unknown one is 404', async () => {
    const ended = closed(view(), receiptExample);
    await fixture.gateway.store.windows.request(ended, []);
    const answer = await fixture.gateway.inject({
      method: 'POST',
      url: '/vx11/window/close',
      payload: { window_id: ended.window_id },
      headers: { 'x-vx11-token': fixture.operator },
    });
    expect(answer.json()).toMatchObject({ closed: true, was_open: false });
    const unknown = await fixture.post(
      '/vx11/window/close',
      '{"window_id":"window-00000000deadbeef"}',
    );
    expect(unknown).toMatchObject({ status: 404, error: 'window_not_found' });
  });

  test('B42: extending an ended window is 409', async () => {
    const ended = view({ state: 'closed', closed_at: new Date().toISOString() });
    await fixture.gateway.store.windows.request(ended, []);
    const body = JSON.stringify({ window_id: ended.window_id, seconds: 60 });
    expect(await fixture.post('/vx11/window/extend', body)).toMatchObject({
      status: 409,
      error: 'window_ended',
    });
  });

  test('B57: a reason of markup or control characters is kept as text, and each log entry stays one line', async () => {
    const reason = '</script>{{7*7}}\r\n\u001b[31mred';
    await fixture.open({ ...good, reason });
    const { windows } = await fixture.gateway.store.windows.list({ limit: 1 });
    expect(windows[0]?.reason).toBe(reason);
    for (const line of fixture.gateway.log) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test('B58: a reason that looks like SQL is kept as text', async () => {
    const reason = "'); drop table windows; --";
    await fixture.open({ ...good, reason });
    expect((await fixture.gateway.store.windows.list({ limit: 1 })).windows[0]?.reason).toBe(
      reason,
    );
  });

  test('B60: a correlation id that is too long or holds a newline is replaced by ours', async () => {
    for (const sent of ['x'.repeat(10_000), 'a b', 'a;b']) {
      const answer = await fixture.send({
        url: '/vx11/status',
        headers: { 'x-correlation-id': sent },
      });
      expect(answer.body?.correlation_id).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers['x-correlation-id']).toBe(answer.body?.correlation_id);
    }
    const kept = await fixture.send({
      url: '/vx11/status',
      headers: { 'x-correlation-id': 'mine-1' },
    });
    expect(kept.body?.correlation_id).toBe('mine-1');
  });

  test('B60: while Temporal is down a change is 503 with Retry-After and leaves no requested window, and health is 200', async () => {
    for (let nth = 0; nth < 5; nth += 1) {
      const answer = await fixture.open({ ...good, target: 'db' });
      expect(answer).toMatchObject({ status: 503, error: 'temporal_unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    const requested = await fixture.gateway.store.windows.list({ limit: 10, state: 'requested' });
    expect(requested.windows).toEqual([]);
    expect((await fixture.send({ url: '/health' })).status).toBe(200);
  });
});

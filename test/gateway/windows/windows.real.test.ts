import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

describe('the gateway over a real stack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: {},
        other: {},
        slow: {
          healthcheck: {
            test: ['CMD', 'test', '-e', '/ready'],
            interval: '1s',
            timeout: '1s',
            retries: 60,
          },
        },
        short: { 'x-vx11': { max_ttl: '90s' } },
      },
    });
  });
  afterAll(() => stack?.destroy());

  const post = (path: string, body: unknown = {}, headers = {}) =>
    stack.call('POST', path, body, headers);
  const openWeb = (body = {}, headers = {}) =>
    post('/vx11/window/open', { target: 'web', ttl_seconds: 60, ...body }, headers);
  const closeTarget = (target: string) => post('/vx11/window/close', { target });

  test('B41: opening an open target renews the same window', async () => {
    const first = await openWeb({ ttl_seconds: 30 });
    expect(first.status).toBe(200);
    const again = await openWeb({ ttl_seconds: 120 });
    expect(again.body).toMatchObject({ window_id: first.body.window_id, is_open: true });
    expect(again.body.ttl_remaining_seconds).toBeGreaterThan(115);
    const { body } = await stack.call('GET', '/vx11/window/status/web');
    expect(body).toMatchObject({ is_open: true, expires_at: again.body.expires_at });
    await closeTarget('web');
  });

  test('B40: a retry with the same key gets the first answer, and renews nothing', async () => {
    const key = { 'idempotency-key': 'open-web-1' };
    const first = await openWeb({}, key);
    const again = await openWeb({}, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replay')).toBe('true');
    const other = await openWeb({ ttl_seconds: 61 }, key);
    expect(other).toMatchObject({ status: 422, body: { error: 'idempotency_mismatch' } });
    await closeTarget('web');
  });

  test('B40: the same key while its first request is being answered is 409', async () => {
    const body = { services: ['slow'], ttl_sec: 60, wait_seconds: 3 };
    const key = { 'idempotency-key': 'slow-1' };
    const first = post('/operator/power/window/open', body, key);
    await until('the first request is in flight', async () => {
      const { body: list } = await stack.call('GET', '/operator/power/window/status');
      return list.windows.length === 1;
    });
    const second = await post('/operator/power/window/open', body, key);
    expect(second).toMatchObject({ status: 409, body: { error: 'request_in_flight' } });
    expect(second.headers.get('retry-after')).toBe('1');
    const answer = await first;
    expect(answer).toMatchObject({ status: 202, body: { state: 'opening' } });
    expect(answer.headers.get('location')).toBe(`/vx11/windows/${answer.body.window_id}`);
    const replay = await post('/operator/power/window/open', body, key);
    expect(replay.body).toEqual(answer.body);
    await post('/operator/power/window/close', { window_id: answer.body.window_id });
  });

  test('B42: an extension beyond max_ttl is clamped and says so; after the end it is 409', async () => {
    const opened = await post('/vx11/window/open', { target: 'short', ttl_seconds: 60 });
    const extended = await post('/vx11/window/extend', { target: 'short', seconds: 600 });
    expect(extended.body).toMatchObject({ clamped: true, extensions: 1 });
    expect(extended.body.expires_at).toBe(extended.body.max_expires_at);
    await closeTarget('short');
    const { window_id } = opened.body;
    const late = await post('/vx11/window/extend', { window_id, seconds: 60 });
    expect(late).toMatchObject({ status: 409, body: { error: 'window_ended' } });
  });

  test('a TTL beyond max_ttl is clamped on opening, and the answer says so', async () => {
    const { body } = await post('/vx11/window/open', { target: 'short', ttl_seconds: 3600 });
    expect(body).toMatchObject({ is_open: true, clamped: true });
    expect(body.ttl_remaining_seconds).toBeLessThanOrEqual(90);
    await closeTarget('short');
  });

  test('closing again answers with the first receipt', async () => {
    await openWeb();
    const first = await closeTarget('web');
    expect(first.body).toMatchObject({ was_open: true, receipt: { closed_by: 'caller' } });
    const again = await closeTarget('web');
    expect(again.body).toMatchObject({ was_open: false, receipt: first.body.receipt });
  });

  test('200 concurrent callers get one window', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, nth) => openWeb({ ttl_seconds: 60 + (nth % 3) })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.window_id)).size).toBe(1);
    await closeTarget('web');
  });

  test('an operator window opens, is the newest, and closes without an id', async () => {
    expect((await post('/operator/power/window/close')).status).toBe(404);
    const opened = await post('/operator/power/window/open', {
      services: ['web', 'other'],
      mode: 'hold',
      reason: 'to look around',
    });
    expect(opened.body).toMatchObject({ state: 'open', deadline: null, ttl_remaining_sec: null });
    const closed = await post('/operator/power/window/close');
    expect(closed.body).toMatchObject({
      window_id: opened.body.window_id,
      state: 'closed',
      services_stopped: expect.arrayContaining(['web', 'other']) as unknown,
    });
  });

  test('a service is started, restarted and stopped by name, and the stop names the owners of its windows', async () => {
    const restart = () => post('/operator/power/service/other/restart');
    expect(await restart()).toMatchObject({ status: 409, body: { error: 'window_not_open' } });
    const started = await post('/operator/power/service/other/start');
    expect(started.body).toMatchObject({ status: 'ok', state: 'open' });
    expect((await restart()).body).toMatchObject({ window_id: started.body.window_id });
    const stopped = await post('/operator/power/service/other/stop');
    expect(stopped.body.released).toMatchObject([
      { window_id: started.body.window_id, owner: 'admin' },
    ]);
    expect(await stack.running()).not.toContain('other');
  });

  test('POST /operator/power/policy/solo_madre/apply ends everything, and again changes nothing', async () => {
    await openWeb();
    await post('/operator/power/window/open', { services: ['other'], ttl_sec: 60 });
    const applied = await post('/operator/power/policy/solo_madre/apply');
    expect(applied.body).toMatchObject({ status: 'ok', policy: 'solo_madre' });
    expect(applied.body.windows_closed).toHaveLength(2);
    expect(applied.body.receipts).toHaveLength(2);
    expect(await stack.running()).toEqual([]);
    const again = await post('/operator/power/policy/solo_madre/apply');
    expect(again.body).toMatchObject({ windows_closed: [], strays_ended: [] });
    const { body } = await stack.call('GET', '/operator/power/policy/solo_madre/status');
    expect(body.policy_active).toBe(true);
  });

  test('a retry of a request whose gateway was killed is answered soon, and the request is carried out once', async () => {
    const path = '/operator/power/window/open';
    const body = { services: ['slow'], ttl_sec: 60, wait_seconds: 60 };
    const key = { 'idempotency-key': 'cut-off-1' };
    const cutOff = post(path, body, key).catch(() => null);
    const live = async () =>
      (await stack.call('GET', '/operator/power/window/status')).body.windows as unknown[];
    const [window] = await until('the request is in flight', async () => {
      const windows = await live();
      return windows.length === 1 && windows;
    });
    await stack.gateway.kill();
    expect(await cutOff).toBeNull();
    stack.gateway.start();
    await stack.ready();
    await until('the container can be marked ready', async () => {
      await stack.docker('exec', `${stack.project}-slow-1`, 'touch', '/ready');
      return true;
    });
    const answer = await until('a retry is answered', async () => {
      const repeat = await post(path, body, key);
      return repeat.status !== 409 && repeat;
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'open' } });
    const { window_id } = answer.body;
    expect(window).toMatchObject({ window_id });
    expect(await live()).toHaveLength(1);
    await post('/operator/power/window/close', { window_id });
  });

  test('every transition of a window reaches a reader', async () => {
    const cut = new AbortController();
    const response = await fetch(`${stack.url}/vx11/events`, {
      headers: { 'x-vx11-token': stack.token },
      signal: cut.signal,
    });
    const received: Record<string, number> = {};
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        for (const [, data] of chunk.matchAll(/^data: (.*)$/gm)) {
          const { type } = JSON.parse(data!) as { type: string };
          received[type] = (received[type] ?? 0) + 1;
        }
      }
    })().catch(() => undefined);
    const windows = 3;
    for (let n = 1; n <= windows; n += 1) {
      await openWeb();
      await closeTarget('web');
      await until('the reader got the end', async () => received['window.closed'] === n);
    }
    cut.abort();
    await reading;
    const types = ['window.requested', 'window.opening', 'window.open', 'window.closed'];
    expect(Object.keys(received)).toEqual(expect.arrayContaining(types));
  });

  test('GET /operator/status is ok at rest', async () => {
    const { body } = await stack.call('GET', '/operator/status');
    expect(body).toMatchObject({ status: 'ok', windows: { policy: 'solo_madre' } });
    expect(body.components.temporal).toMatchObject({ status: 'ok' });
  });

  test('GET /metrics has madre’s beside the gateway’s', async () => {
    const { body } = await stack.call('GET', '/metrics');
    expect(body).toContain('vx11_gateway_request_duration_seconds');
    expect(body).toContain('vx11_window_overrun_seconds');
  });
});

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { deaf, startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('calls that meet', () => {
  let stack: TestStack;
  let store: Store;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      'x-vx11': { budget: { memory: '100m' } },
      services: {
        web: {},
        fast: { command: deaf, stop_grace_period: '1s' },
        slow: { command: deaf, stop_grace_period: '3s' },
        db: { healthcheck: { test: ['CMD', 'true'], interval: '1s' } },
        big: { mem_limit: '90m' },
        bulky: { mem_limit: '80m' },
        large: { mem_limit: '70m' },
      },
    });
    store = await openStore(stack.env.VX11_STORE_URL!);
  });
  afterAll(async () => {
    await store?.close();
    await stack?.destroy();
  });

  const post = (path: string, body: unknown) => stack.call('POST', path, body);
  const open = (target: string, more = {}) =>
    post('/vx11/window/open', { target, ttl_seconds: 120, ...more });
  const openMany = (services: string[], more = {}) =>
    post('/operator/power/window/open', { services, ttl_sec: 120, ...more });

  test('a slow stop beside a fast one changes no record: each is killed once, by its window', async () => {
    const { body } = await openMany(['fast', 'slow']);
    const closed = await post('/operator/power/window/close', { window_id: body.window_id });
    for (const one of closed.body.receipt.services) {
      expect(one).toMatchObject({ outcome: 'killed', forced: true, stopped_by: 'window' });
    }
    const events = await store.events.after(0, 10_000);
    const stops = events.filter(
      ({ type, service }) => type === 'service.stopped' && service !== 'web',
    );
    expect(new Set(stops.map(({ service }) => service))).toEqual(new Set(['fast', 'slow']));
    expect(stops).toHaveLength(2);
  });

  test('a window opened while the previous one closes finds its service up', async () => {
    const first = await open('fast');
    const closing = post('/vx11/window/close', { window_id: first.body.window_id });
    await until('it is closing', async () => {
      const { body } = await stack.call('GET', '/vx11/window/status/fast');
      return body.state === 'closing';
    });
    const second = await open('fast');
    await closing;
    expect(second.body.window_id).not.toBe(first.body.window_id);
    expect(second.body).toMatchObject({ state: 'open', services_started: ['fast'] });
    expect(await stack.running()).toEqual(['fast']);
    await post('/vx11/window/close', { target: 'fast' });
    expect(await stack.running()).toEqual([]);
  });

  test('a window closed the moment it was asked for leaves no lease', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { body } = await open('db', { wait_seconds: 0 });
      await post('/vx11/window/close', { window_id: body.window_id });
      await until(
        'no lease is left',
        async () => (await store.leases.ofWindow(body.window_id)).length === 0,
      );
    }
    await until('nothing runs', async () => (await stack.running()).length === 0);
  });

  test('concurrent extensions all count', async () => {
    const { body } = await open('web');
    await Promise.all(
      [1, 2, 3].map(() => post('/vx11/window/extend', { target: 'web', seconds: 300 })),
    );
    const { body: now } = await stack.call('GET', `/vx11/windows/${body.window_id}`);
    expect(now.extensions).toBe(3);
    expect(Date.parse(now.expires_at)).toBe(Date.parse(body.expires_at) + 900_000);
    await post('/vx11/window/close', { target: 'web' });
  });

  test('windows that wait for room open in the order of their requests', async () => {
    await open('big');
    const waiting = [];
    for (const service of ['bulky', 'large']) {
      const { body } = await openMany([service], { when_full: 'queue', wait_seconds: 0 });
      waiting.push(body.window_id);
      await until(`${service} waits`, async () => {
        const { body: view } = await stack.call('GET', `/vx11/windows/${body.window_id}`);
        return view.state === 'queued';
      });
    }
    await post('/vx11/window/close', { target: 'big' });
    for (const window_id of waiting) {
      await until('it is open', async () => {
        const { body } = await stack.call('GET', `/vx11/windows/${window_id}`);
        return body.state === 'open';
      });
      await post('/operator/power/window/close', { window_id });
    }
    expect(await stack.running()).toEqual([]);
  });
});

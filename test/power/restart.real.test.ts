import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { WindowView } from '../../contracts/window.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('madre is stopped and started again, as in a deploy', () => {
  let stack: TestStack;
  beforeAll(async () => {
    const test_ready = ['CMD', 'test', '-e', '/ready'];
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      'x-vx11': { budget: { memory: '128m' } },
      services: {
        slow: {
          mem_limit: '100m',
          healthcheck: { test: test_ready, interval: '1s', timeout: '1s', retries: 60 },
        },
        next: { mem_limit: '50m' },
      },
    });
  });
  afterAll(() => stack?.destroy());

  const isIn = (state: WindowView['state'], id: string) =>
    until(`${id} is ${state}`, async () => {
      const { body } = await stack.call('GET', `/vx11/windows/${id}`);
      return body.state === state && (body as WindowView);
    });
  const startedAt = () =>
    stack.docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', `${stack.project}-slow-1`);

  test('a window that is opening and one that waits for room both continue where they were', async () => {
    const open = { services: ['slow'], ttl_sec: 120, wait_seconds: 0 };
    const first = await stack.call('POST', '/operator/power/window/open', open);
    await until('its service runs', async () => (await stack.running()).length > 0);
    const queue = { ...open, services: ['next'], when_full: 'queue' };
    const second = await stack.call('POST', '/operator/power/window/open', queue);
    const [opening, waiting] = [first.body.window_id, second.body.window_id] as [string, string];
    await isIn('queued', waiting);
    const before = await startedAt();

    await stack.madre.stop();
    await isIn('opening', opening);
    await isIn('queued', waiting);
    expect(await stack.running()).toEqual(['slow']);
    stack.madre.start();
    await stack.ready();
    await stack.docker('exec', `${stack.project}-slow-1`, 'touch', '/ready');
    expect(await isIn('open', opening)).toMatchObject({
      services_started: ['slow'],
      services_failed: [],
    });
    expect(await startedAt()).toBe(before);
    expect(await isIn('queued', waiting)).toMatchObject({ services_failed: [] });
    await stack.call('POST', '/operator/power/window/close', { window_id: opening });
    expect(await isIn('open', waiting)).toMatchObject({ services_started: ['next'] });
    await expectPromisesKept(stack);
    await endAndExpectRest(stack);
  });
});

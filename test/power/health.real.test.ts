import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';

/** Healthy a second after its start, while the Engine asks for the first time after a minute. */
const late = {
  command: ['sh', '-c', 'sleep 1; touch /tmp/ready; exec sleep 600'],
  tmpfs: ['/tmp'],
  healthcheck: { test: 'test -f /tmp/ready', interval: '60s' },
};

/** Its check passes, but takes longer than it may. */
const slow = {
  healthcheck: { test: 'sleep 2', interval: '1s', timeout: '500ms', retries: 2 },
};

describe('health checks', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { late, slow, needy: { depends_on: { late: { condition: 'service_healthy' } } } },
    });
  });
  afterAll(() => stack?.destroy());

  test('a window opens as soon as the check passes, not when the Engine first asks', async () => {
    const { status, body } = await stack.call('POST', '/vx11/window/open', {
      target: 'needy',
      ttl_seconds: 60,
      wait_seconds: 20,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'open', services_started: ['late', 'needy'] });
  });

  test('a check that takes longer than its timeout has failed, as the Engine says', async () => {
    const { body } = await stack.call('POST', '/vx11/window/open', {
      target: 'slow',
      ttl_seconds: 60,
      wait_seconds: 40,
    });
    expect(body).toMatchObject({ services_failed: [{ service: 'slow', error: 'unhealthy' }] });
  });

  test('a service that passed its check stays healthy in the status until the Engine reports on it', async () => {
    await sleep(5000); // a round of the settle loop
    const { body } = await stack.call('GET', '/vx11/status');
    const { state, health } = body.services.find(({ name }: { name: string }) => name === 'late');
    expect({ state, health }).toEqual({ state: 'running', health: 'ok' });
    await stack.call('POST', '/vx11/window/close', { target: 'needy' });
    expect(await stack.running()).toEqual([]);
  });
});

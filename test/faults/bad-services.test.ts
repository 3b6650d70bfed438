import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deaf, startStack, type TestStack } from '../stack/stack.ts';
import { freePort } from '../stack/temporal.ts';
import { endAndExpectRest, eventTypes, expectPromisesKept } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';

const health = (command: string) => ({
  test: ['CMD', command],
  interval: '1s',
  timeout: '1s',
  retries: 2,
});

describe('services that misbehave', () => {
  let stack: TestStack;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: {},
        ghost: { image: 'vx11-no-such-image:1' },
        // its health check always passes, since nothing listens in it
        blocked: { ports: [`127.0.0.1:${port}:80`], healthcheck: health('true') },
        sick: { healthcheck: health('false') },
        deaf: { command: deaf, stop_grace_period: '2s' },
        crashing: { command: ['sh', '-c', 'sleep 0.3; exit 3'], restart: 'always' },
        done: { command: ['sh', '-c', 'sleep 1; exit 0'] },
      },
    });
  });
  afterAll(() => stack?.destroy());

  test('a missing image fails its window and leaves nothing behind', async () => {
    const { body } = await openTarget(stack, 'ghost', 30);
    expect(body).toMatchObject({ state: 'failed', services_failed: [{ error: 'image_missing' }] });
    await endAndExpectRest(stack);
  });

  test('a window whose port is taken reports it, leaves nothing behind, and opens once the port is free', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const { body } = await openTarget(stack, 'blocked', 30);
    expect(body).toMatchObject({ state: 'failed', services_failed: [{ error: 'port_taken' }] });
    await expectPromisesKept(stack);
    squatter.close();
    await once(squatter, 'close');
    const again = await openTarget(stack, 'blocked', 30);
    expect(again.body).toMatchObject({ is_open: true });
    await endAndExpectRest(stack);
  });

  test('a service that never becomes healthy fails its window and is stopped', async () => {
    const { body } = await openTarget(stack, 'sick', 30);
    expect(body).toMatchObject({ state: 'failed', services_failed: [{ error: 'unhealthy' }] });
    await endAndExpectRest(stack);
  });

  test('a service that ignores SIGTERM is killed after its grace period at the deadline', async () => {
    const { body } = await openTarget(stack, 'deaf', 2);
    const { receipt } = await ended(stack, body.window_id);
    expect(receipt!.services[0]).toMatchObject({ forced: true, exit_code: 137 });
    expect(receipt!.overrun_ms).toBeLessThan(7000);
    await expectPromisesKept(stack);
  });

  test('a service that keeps crashing is not restarted forever, and its window ends', async () => {
    const { body } = await openTarget(stack, 'crashing', 8);
    const { receipt } = await ended(stack, body.window_id);
    expect(receipt).toMatchObject({ residue: [] });
    const restarts = (await eventTypes(stack)).filter((type) => type === 'service.restarted');
    expect(restarts.length).toBeGreaterThan(0);
    expect(restarts.length).toBeLessThan(8);
    await endAndExpectRest(stack);
  });

  test('a service that exits successfully inside its window is not restarted', async () => {
    const { body } = await openTarget(stack, 'done', 6);
    const { receipt } = await ended(stack, body.window_id);
    expect(receipt!.services[0]).toMatchObject({ exit_code: 0, state: 'exited' });
    const runs = await stack.docker('logs', `${stack.project}-done-1`);
    expect(runs).toBe('');
    await expectPromisesKept(stack);
    await insist(stack, '/vx11/window/close', { target: 'done' });
  });
});

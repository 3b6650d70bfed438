import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { startStack, type StackOptions, type TestStack } from '../stack/stack.ts';
import { startEngineProxy } from './harness/engine-proxy.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { openTarget } from '../stack/calls.ts';

describe('first contact with a stack that runs', () => {
  let stack: TestStack | undefined;
  afterEach(() => stack?.destroy());
  const beside = (env: Record<string, string>): StackOptions => ({
    temporalAddress: inject('temporalAddress'),
    services: { old: {}, web: {} },
    env,
    before: async (first) => {
      await first.docker('compose', '-f', first.composeFile, 'up', '-d', 'old');
    },
  });

  test('running services are left alone, also after a restart, until solo madre is applied', async () => {
    stack = await startStack(beside({}));
    await openTarget(stack, 'web', 60);
    await sleep(5000);
    await expectPromisesKept(stack, { tolerated: ['old'] });
    expect(await stack.running()).toEqual(['old', 'web']);
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    await sleep(5000);
    expect(await stack.running()).toEqual(['old', 'web']);
    await endAndExpectRest(stack);
  });

  test('running services are left alone if the Engine is unreachable at first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vx11-proxy-'));
    const proxy = await startEngineProxy(join(folder, 'engine.sock'), '/var/run/docker.sock');
    try {
      proxy.inject({ kind: 'refuse' });
      stack = await startStack(beside({ VX11_DOCKER_SOCKET: proxy.socket }));
      await stack.madre.kill();
      stack.madre.start();
      await stack.ready();
      proxy.inject(null);
      await sleep(6000);
      expect(await stack.running()).toEqual(['old']);
      await endAndExpectRest(stack);
    } finally {
      await stack?.destroy();
      stack = undefined;
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

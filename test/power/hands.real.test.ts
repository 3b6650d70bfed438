import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, eventTypes, expectPromisesKept } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';

describe('hands beside VX11', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: {},
        other: {},
        adopted: { 'x-vx11': { stray: 'adopt', default_ttl: '4s' } },
        reported: { 'x-vx11': { stray: 'report' } },
        frozen: {},
      },
    });
  });
  afterAll(() => stack?.destroy());
  const container = (name: string): string => `${stack.project}-${name}-1`;
  const compose = (...args: string[]) =>
    stack.docker('compose', '-f', stack.composeFile, '--progress', 'quiet', ...args);
  const runs = (name: string, so = true) =>
    until(
      `${name} ${so ? 'runs' : 'is down'}`,
      async () => (await stack.running()).includes(name) === so,
    );

  test('a service started by hand is stopped', async () => {
    await compose('up', '-d', 'web');
    const began = Date.now();
    await runs('web', false);
    figure('end of a service started by hand', Date.now() - began);
    await expectPromisesKept(stack);
  });

  test('a service started by hand gets a window of its default TTL, if the file says so', async () => {
    await compose('up', '-d', 'adopted');
    const window = await until('it has a window', async () => {
      const { body } = await stack.call('GET', '/vx11/window/status/adopted');
      return body.state === 'open' && body;
    });
    await expectPromisesKept(stack);
    const view = await ended(stack, window.window_id);
    expect(view).toMatchObject({ owner: 'madre', receipt: { residue: [] } });
    expect(await stack.running()).toEqual([]);
  });

  test('a service started by hand is only reported, if the file says so, until solo madre ends it', async () => {
    await compose('up', '-d', 'reported');
    await until('an event reports it', async () =>
      (await eventTypes(stack)).includes('service.stray'),
    );
    await sleep(5000);
    expect(await stack.running()).toEqual(['reported']);
    await endAndExpectRest(stack);
  });

  test('a service stopped, killed or removed by hand inside its window comes back', async () => {
    await openTarget(stack, 'web', 120);
    await openTarget(stack, 'other', 120);
    for (const hand of [['stop', '-t', '1'], ['kill'], ['rm', '-f']]) {
      await stack.docker(...hand, container('web'));
      const began = Date.now();
      await runs('web');
      figure(`return of a service after docker ${hand[0]}`, Date.now() - began);
    }
    await compose('stop', 'other');
    await runs('other');
    await expectPromisesKept(stack);
    await insist(stack, '/vx11/window/close', { target: 'web' });
    await insist(stack, '/vx11/window/close', { target: 'other' });
    await endAndExpectRest(stack);
  });

  test('docker compose down inside a window: its services are created again', async () => {
    await openTarget(stack, 'web', 120);
    await compose('down', '-t', '1');
    await runs('web');
    await expectPromisesKept(stack);
    const { body } = await insist(stack, '/vx11/window/close', { target: 'web' });
    expect(body.receipt).toMatchObject({ residue: [] });
  });

  test('a container that is paused at its deadline is stopped all the same', async () => {
    const { body } = await openTarget(stack, 'frozen', 3);
    await stack.docker('pause', container('frozen'));
    const view = await ended(stack, body.window_id);
    expect(view.receipt).toMatchObject({ residue: [] });
    expect(view.receipt!.overrun_ms).toBeLessThan(5000);
    await expectPromisesKept(stack);
  });
});

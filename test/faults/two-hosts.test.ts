import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { downAt, ended, openTarget } from '../stack/calls.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { startSecondHost } from '../stack/second-host.ts';
import { startStack, type TestStack } from '../stack/stack.ts';

describe('two hosts, of which one dies', () => {
  let one: TestStack;
  /** The second host for assertions: its own compose project, the common store. */
  let two: TestStack;
  beforeAll(async () => {
    const temporalAddress = inject('temporalAddress');
    one = await startStack({ temporalAddress, services: { web: {} } });
    two = await startSecondHost(one, { db: {} });
  });
  afterAll(async () => {
    await two?.destroy();
    await one?.destroy();
  });

  test('a worker that is dead at a deadline ends the window on its return; the other host is on time', async () => {
    const far = (await openTarget(one, 'db', 3)).body;
    const near = (await openTarget(one, 'web', 3)).body;
    await two.madre.kill();
    const here = await ended(one, near.window_id);
    figure('overrun on the host whose neighbour is dead', here.receipt!.overrun_ms!);
    expect(here.receipt!.overrun_ms).toBeLessThan(5000);
    await sleep(2000);
    expect(await two.running()).toEqual(['db']);
    const back = Date.now();
    two.madre.start();
    const view = await ended(one, far.window_id);
    const late = downAt(view) - back;
    figure('down after the start of a power worker that was dead at the deadline', late);
    expect(late).toBeLessThan(10_000);
    await expectPromisesKept(two);
    await endAndExpectRest(one);
  });
});

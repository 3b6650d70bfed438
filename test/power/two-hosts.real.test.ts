import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { insist, openTarget } from '../stack/calls.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { startSecondHost } from '../stack/second-host.ts';
import { startStack, type TestStack } from '../stack/stack.ts';

describe('two hosts', () => {
  let one: TestStack;
  /** The second host as its own assertions see it: its compose project, the common store. */
  let two: TestStack;
  beforeAll(async () => {
    const temporalAddress = inject('temporalAddress');
    one = await startStack({ temporalAddress, services: { web: {}, both: {} } });
    two = await startSecondHost(one, { db: {}, both: {} });
  });
  afterAll(async () => {
    await two?.destroy();
    await one?.destroy();
  });

  const open = (body: object) => insist(one, '/vx11/window/open', body);

  test('a service opens on the host that has it', async () => {
    const web = await openTarget(one, 'web', 60);
    const db = await openTarget(one, 'db', 60);
    expect([web.body.is_open, db.body.is_open]).toEqual([true, true]);
    expect([await one.running(), await two.running()]).toEqual([['web'], ['db']]);
    await insist(one, '/vx11/window/close', { target: 'web' });
    await insist(one, '/vx11/window/close', { target: 'db' });
  });

  test('a service that both hosts have needs a host, and opens only there', async () => {
    const vague = await open({ target: 'both', ttl_seconds: 60 });
    expect(vague.status).toBe(422);
    const { body } = await open({ target: 'both', ttl_seconds: 60, host: two.project });
    expect(body.is_open).toBe(true);
    expect([await one.running(), await two.running()]).toEqual([[], ['both']]);
    const first = await open({ target: 'both', ttl_seconds: 60, host: one.project });
    expect(first.body.window_id).not.toBe(body.window_id);
    await expectPromisesKept(one);
    await expectPromisesKept(two);
    await insist(one, '/vx11/window/close', { window_id: body.window_id });
    expect([await one.running(), await two.running()]).toEqual([['both'], []]);
    await endAndExpectRest(one);
  });
});

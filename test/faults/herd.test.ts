import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figures } from '../stack/figure.ts';
import {
  allWindows,
  endAndExpectRest,
  expectPromisesKept,
  lookInStore,
} from '../stack/promises.ts';
import { insist } from '../stack/calls.ts';

const size = 30;

describe('many windows at once', () => {
  let stack: TestStack;
  const names = Array.from({ length: size }, (_, n) => `s${n}`);
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: Object.fromEntries(names.map((name) => [name, { network_mode: 'none' }])),
    });
  });
  afterAll(() => stack?.destroy());

  test(`${size} windows that end in the same second all close, each with its receipt`, async () => {
    const path = '/vx11/window/open';
    const opened = await Promise.all(
      names.map(async (target) => {
        const { body } = await insist(stack, path, { target, ttl_seconds: 60, wait_seconds: 60 });
        expect(body.is_open).toBe(true);
        return body;
      }),
    );
    expect(await stack.running()).toHaveLength(size);
    // renewed together, so that they end together
    await Promise.all(names.map((target) => insist(stack, path, { target, ttl_seconds: 4 })));
    const windows = await until('all have ended', async () => {
      const all = await lookInStore(stack, allWindows);
      return all.every(({ state }) => state === 'closed') && all;
    });
    expect(windows).toHaveLength(opened.length);
    const ends = windows.map(({ expires_at }) => Date.parse(expires_at!));
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(3000);
    const late = windows.map(({ receipt }) => receipt!.overrun_ms!);
    figures(`overrun of ${size} windows that end together`, late);
    expect(Math.max(...late)).toBeLessThan(8000);
    for (const { receipt } of windows) {
      // on a busy machine the settle loop may be earlier than the workflow
      expect(['deadline', 'settle_loop']).toContain(receipt!.closed_by);
      expect(receipt).toMatchObject({ residue: [] });
      expect(receipt!.services).toHaveLength(1);
    }
    await expectPromisesKept(stack);
    await endAndExpectRest(stack);
  });
});

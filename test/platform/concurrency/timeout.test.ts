import { expect, test } from 'vitest';
import { TimeoutError, timeout } from '../../../platform/concurrency/timeout.ts';

test('a result in time is returned', async () => {
  expect(await timeout(1000, 'asking', Promise.resolve(7))).toBe(7);
});

test('a failure in time is rethrown unchanged', async () => {
  const failure = new Error('refused');
  await expect(timeout(1000, 'asking', Promise.reject(failure))).rejects.toBe(failure);
});

test('a call that never settles is abandoned, and the error says what took too long', async () => {
  const never = new Promise<never>(() => undefined);
  const waited = timeout(20, 'stopping web', never);
  await expect(waited).rejects.toThrow(new TimeoutError('stopping web took longer than 20 ms'));
});

test('a call that fails after its deadline causes no unhandled rejection', async () => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 30));
  await expect(timeout(5, 'asking', late)).rejects.toBeInstanceOf(TimeoutError);
  await new Promise((resolve) => setTimeout(resolve, 40));
});

test('no timer is left after the result', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await timeout(60_000, 'asking', Promise.resolve(1));
  await timeout(60_000, 'asking', Promise.reject(new Error('no'))).catch(() => undefined);
  expect(timers()).toBeLessThanOrEqual(before);
});

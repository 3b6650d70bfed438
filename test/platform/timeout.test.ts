import { expect, test } from 'vitest';
import { DeadlineError, within } from '../../platform/timeout.ts';

test('an answer in time is passed on', async () => {
  expect(await within(1000, 'asking', Promise.resolve(7))).toBe(7);
});

test('a failure in time is passed on as it is', async () => {
  const failure = new Error('refused');
  await expect(within(1000, 'asking', Promise.reject(failure))).rejects.toBe(failure);
});

test('a call that never settles is left behind, and the error says what took too long', async () => {
  const never = new Promise<never>(() => undefined);
  const waited = within(20, 'stopping web', never);
  await expect(waited).rejects.toThrow(new DeadlineError('stopping web took longer than 20 ms'));
});

test('a call that fails after its deadline bothers nobody', async () => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 30));
  await expect(within(5, 'asking', late)).rejects.toBeInstanceOf(DeadlineError);
  await new Promise((resolve) => setTimeout(resolve, 40));
});

test('no timer is left once the answer is there', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await within(60_000, 'asking', Promise.resolve(1));
  await within(60_000, 'asking', Promise.reject(new Error('no'))).catch(() => undefined);
  expect(timers()).toBeLessThanOrEqual(before);
});

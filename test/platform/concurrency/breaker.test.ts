import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBreaker, NotAsked } from '../../../platform/concurrency/breaker.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const away = new Error('away');
const isOutage = (error: unknown): boolean => error === away;
const fails = (): Promise<never> => Promise.reject(away);
const works = async (): Promise<string> => 'here';

test('after three outages in a row no call is made until the open time is over; then one trial call is', async () => {
  const breaker = createBreaker({ failures: 3, openMs: 1000, isOutage });
  await expect(breaker.run(fails)).rejects.toBe(away);
  await breaker.run(works);
  for (let nth = 0; nth < 3; nth += 1) await expect(breaker.run(fails)).rejects.toBe(away);
  expect(breaker.state).toBe('open');
  await expect(breaker.run(works)).rejects.toThrow(NotAsked);
  vi.advanceTimersByTime(1000);
  const held = Promise.withResolvers<string>();
  const first = breaker.run(() => held.promise);
  expect(breaker.state).toBe('half_open');
  await expect(breaker.run(works)).rejects.toThrow(NotAsked);
  held.resolve('back');
  expect(await first).toBe('back');
  expect(breaker.state).toBe('closed');
});

test('an error that is not an outage does not count', async () => {
  const breaker = createBreaker({ failures: 1, openMs: 1000, isOutage });
  await expect(breaker.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(breaker.state).toBe('closed');
});

test('an outage of known length opens the breaker at once, for that long', async () => {
  const breaker = createBreaker({ failures: 3, openMs: 1000, isOutage, holdMs: () => 5000 });
  await expect(breaker.run(fails)).rejects.toBe(away);
  vi.advanceTimersByTime(4000);
  await expect(breaker.run(works)).rejects.toThrow(NotAsked);
  vi.advanceTimersByTime(1000);
  expect(await breaker.run(works)).toBe('here');
});

test('with a probe, calls wait for its result, and none is used as a trial', async () => {
  let isBack = false;
  const probe = async (): Promise<void> => {
    if (!isBack) throw away;
  };
  const breaker = createBreaker({ failures: 1, openMs: 1000, isOutage, probe });
  await expect(breaker.run(fails)).rejects.toBe(away);
  vi.advanceTimersByTime(1000);
  let asked = 0;
  const call = async (): Promise<number> => (asked += 1);
  await expect(breaker.run(call)).rejects.toThrow(NotAsked);
  expect(asked).toBe(0);
  isBack = true;
  vi.advanceTimersByTime(1000);
  await Promise.all([breaker.run(call), breaker.run(call)]);
  expect(asked).toBe(2);
});

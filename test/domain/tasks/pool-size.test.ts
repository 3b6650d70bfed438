import { expect, test } from 'vitest';
import { arrivalsAfter, noArrivals, poolTarget } from '../../../domain/tasks/pool-size.ts';

const bounds = { min: 1, max: 6 };

test.each([
  ['no task arrives', 0, 200, 1],
  ['one task arrives every ten seconds', 0.1, 200, 1],
  ['two tasks arrive per second', 2, 200, 2],
  ['five tasks arrive per second', 5, 300, 4],
  ['tasks arrive faster than sandboxes can be created', 100, 300, 6],
])('the pool size when %s', (_, perSecond, refillMs, target) =>
  expect(poolTarget(bounds, { ...noArrivals(0), per_second: perSecond }, refillMs)).toBe(target),
);

test('without a minimum the pool shrinks to zero when no task arrives', () =>
  expect(poolTarget({ min: 0, max: 6 }, { ...noArrivals(0), per_second: 0.001 }, 300)).toBe(0));

test('a steady arrival rate is measured, and decays when arrivals stop', () => {
  let arrivals = noArrivals(0);
  for (let at = 0; at <= 300_000; at += 500) arrivals = arrivalsAfter(arrivals, at, 1);
  expect(arrivals.per_second).toBeCloseTo(2, 1);
  expect(arrivalsAfter(arrivals, 600_000, 0).per_second).toBeLessThan(0.001);
});

test('a clock that goes back changes nothing', () => {
  const before = { per_second: 1, now: 2, burst: 3, at: 50 };
  expect(arrivalsAfter(before, 40, 0)).toEqual(before);
});

test('another burst is expected for some minutes after a burst, and then no more', () => {
  const wide = { min: 2, max: 50 };
  const after = (ms: number): number => poolTarget(wide, arrivalsAfter(burst, ms, 0), 300);
  let burst = noArrivals(0);
  for (let at = 0; at < 500; at += 10) burst = arrivalsAfter(burst, at, 1);
  const soon = after(10_000);
  expect(soon).toBeGreaterThan(35);
  expect(after(120_000)).toBeGreaterThan(20);
  expect(after(3_600_000)).toBe(2);
});

test('tasks that arrive one after the other are no burst', () => {
  let row = noArrivals(0);
  for (let at = 0; at <= 60_000; at += 1000) row = arrivalsAfter(row, at, 1);
  expect(poolTarget({ min: 1, max: 50 }, row, 300)).toBe(2);
});

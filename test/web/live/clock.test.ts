import { expect, test } from 'vitest';
import { bestOf, sampleOf } from '../../../web/live/clock.ts';

test('the server’s time is that of the middle of the exchange', () => {
  const sample = sampleOf(1_000_000, 400, 600);
  expect(sample).toEqual({ base: 999_500, rtt: 200, at: 600 });
});

test('the shortest exchange counts, and old ones do not', () => {
  const slow = sampleOf(1_000_000, 0, 900);
  const quick = sampleOf(1_000_000, 1000, 1010);
  const minute = 60_000;
  expect(bestOf([slow, quick], 2000)).toBe(quick);
  expect(bestOf([quick], 11 * minute)).toBeNull();
  expect(bestOf([], 0)).toBeNull();
});

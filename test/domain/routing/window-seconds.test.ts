import { expect, test } from 'vitest';
import { quote } from '../../../domain/routing/quote.ts';
import { windowSeconds } from '../../../domain/routing/window-seconds.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { asleep, request, target } from './samples.ts';

const sleep = { window_seconds: 120, longest_window_seconds: 900, ahead: 0 };

test.each([
  ['the shortest one for a short answer', {}, 30, null, 120],
  ['an answer that takes longer than the shortest one', {}, 200, null, 200],
  ['all that wait, one after the other', { ahead: 9 }, 30, null, 300],
  ['all that wait, as many at once as its provider takes', { ahead: 9 }, 60, 4, 180],
  ['its cap at most', { ahead: 99 }, 60, 1, 900],
])('a window lasts for %s', (_, change, answer, concurrency, seconds) => {
  expect(windowSeconds({ ...sleep, ...change }, answer, concurrency)).toBe(seconds);
});

test('those that wait share the price of the window that is opened for all of them', () => {
  const priced = { window_seconds: 60, usd_per_minute: 1 };
  const usd = (ahead: number): number =>
    quote(target({ sleep: asleep({ ...priced, ahead }) }), request(), noBeliefs(), 100).wake.usd;
  expect(usd(0)).toBeCloseTo(1, 6);
  expect(usd(3)).toBeCloseTo(1 / 4, 6);
});

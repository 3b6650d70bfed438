import { describe, expect, test } from 'vitest';
import {
  learnWake,
  noWakes,
  rateAt,
  wakeTime,
  type WakeBelief,
} from '../../../../domain/routing/learning/wake.ts';
import { minute, now } from '../samples.ts';

const after = (seconds: (number | null)[], every = minute): WakeBelief =>
  seconds.reduce<WakeBelief>(
    (belief, one, at) => learnWake(belief, one, now + at * every),
    noWakes,
  );

describe('the time of a wake', () => {
  test('is guessed from the size of the model', () => {
    expect(wakeTime(noWakes, 0).p50_seconds).toBeCloseTo(5);
    expect(wakeTime(noWakes, 2e9).p50_seconds).toBeCloseTo(15);
  });

  test('is learned from wakes, with a later p90', () => {
    const { p50_seconds, p90_seconds } = wakeTime(after(Array.from({ length: 20 }, () => 30)), 0);
    expect(p50_seconds).toBeGreaterThan(20);
    expect(p50_seconds).toBeLessThan(31);
    expect(p90_seconds).toBeGreaterThan(p50_seconds);
  });

  test('that varies has a p90 far beyond its p50', () => {
    const steady = wakeTime(after(Array.from({ length: 20 }, () => 10)), 0);
    const varied = wakeTime(
      after(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 4 : 25))),
      0,
    );
    expect(varied.p90_seconds / varied.p50_seconds).toBeGreaterThan(
      1.3 * (steady.p90_seconds / steady.p50_seconds),
    );
  });

  test('that failed makes the next one less likely', () => {
    expect(wakeTime(after([null, null, null]), 0).ok).toBeLessThan(0.8);
    expect(wakeTime(after([5, 5, 5]), 0).ok).toBeGreaterThan(0.9);
  });
});

describe('wakes that fail', () => {
  test.each([
    ['once', [null], null],
    ['twice within 15 minutes', [null, null], 2],
    ['three times', [null, null, null], 4],
    ['ten times', Array.from({ length: 10 }, () => null), 30],
    ['twice, and work then', [null, null, 5], null],
  ])('%s', (_, wakes, minutes) => {
    const { blocked_until_ms } = after(wakes);
    const last = now + (wakes.length - 1) * minute;
    expect(blocked_until_ms).toBe(minutes === null ? null : last + minutes * minute);
  });

  test('twice, but an hour apart, block nothing', () => {
    expect(after([null, null], 60 * minute).blocked_until_ms).toBeNull();
  });
});

describe('the rate of requests', () => {
  test('of one each minute is one per minute', () => {
    let rate = rateAt(null, now, 1);
    for (let at = 1; at < 200; at += 1) rate = rateAt(rate, now + at * minute, 1);
    expect(rate.per_minute).toBeGreaterThan(0.9);
    expect(rate.per_minute).toBeLessThan(1.1);
  });

  test('halves in 15 minutes without any', () => {
    const rate = { per_minute: 4, at_ms: now };
    expect(rateAt(rate, now + 15 * minute).per_minute).toBeCloseTo(2);
  });
});

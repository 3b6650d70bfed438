import { expect, test } from 'vitest';
import { nextTrial, type Trial } from '../../../domain/audio/mastering/first-gain.ts';

const target = { lufs: -14, ceiling_dbtp: -1, max_gain_reduction_db: 12 };
const source = { integrated: -20, true_peak: -3 };

/** Tries a limiter that is only a formula. */
function tried(
  loudness: (gain: number) => number | null,
  loop = { target, source },
): { gain: number; trials: Trial[] } {
  const trials: Trial[] = [];
  for (;;) {
    const next = nextTrial(loop, trials);
    if (next.do === 'begin') return { gain: next.gain, trials };
    trials.push({ gain: next.gain, integrated: loudness(next.gain) });
  }
}
/** A limiter takes more of each decibel, the harder it is driven. */
const compressed = (gain: number): number => -20 + gain - 0.04 * gain ** 2;

test('a gain alone is not tried', () => {
  const quiet = { target, source: { integrated: -23, true_peak: -14 } };
  expect(tried(compressed, quiet)).toEqual({ gain: 9, trials: [] });
});

test('with a limiter, the gain after at most three trials is within 0.1 LU of the target', () => {
  for (const loss of [0, 0.01, 0.02, 0.03, 0.04]) {
    const limiter = (gain: number): number => -20 + gain - loss * gain ** 2;
    const { gain, trials } = tried(limiter);
    expect(trials.length).toBeLessThanOrEqual(3);
    expect(Math.abs(limiter(gain) - target.lufs), `loss ${loss}`).toBeLessThan(0.1);
  }
});

test('no more gain is tried than is allowed, and only once', () => {
  const loop = { target: { ...target, max_gain_reduction_db: 2 }, source };
  const { gain, trials } = tried(compressed, loop);
  expect(gain).toBe(4);
  expect(trials).toHaveLength(1);
});

test('a trial in which nothing is heard leaves the exact gain', () =>
  expect(tried(() => null)).toMatchObject({ gain: 6, trials: [{ gain: 6 }] }));

import { describe, expect, test } from 'vitest';
import { channelWeights } from '../../../domain/audio/loudness/k-weighting.ts';
import { createLoudnessCounter } from '../../../domain/audio/loudness/loudness-counter.ts';
import { loudnessOf } from '../../../domain/audio/loudness/loudness.ts';
import {
  integrated,
  momentaryBursts,
  momentaryMax,
  shortTermBursts,
  shortTermMax,
} from './ebu-cases.ts';
import { fromDb, joinedTo, seconds, silence, sine } from './signals.ts';

const layouts: Record<number, string> = { 1: 'mono', 2: 'stereo', 5: '5.0(side)', 6: '5.1' };

/** Powers of channels that come in pieces of odd lengths. */
function powersOf(channels: Float32Array[], { rate = 48_000, dualMono = false } = {}) {
  const { length } = channels;
  const counter = createLoudnessCounter(rate, channelWeights(layouts[length]!, length, dualMono));
  const piece = 30_011;
  for (let at = 0; at < channels[0]!.length; at += piece)
    for (const [nth, one] of channels.entries()) {
      const part = one.subarray(at, at + piece);
      counter.add(nth, part, part.length);
    }
  return counter.end();
}
const measured = (channels: Float32Array[], how = {}) => loudnessOf(powersOf(channels, how));
const off = (found: number | null, right: number): number => Math.abs(found! - right);

describe('EBU Tech 3341', () => {
  test.each(integrated)('case %s: integrated loudness within 0.1 LU', (_, make, right) =>
    expect(off(measured(make()).integrated, right)).toBeLessThanOrEqual(0.1),
  );
  test.each(shortTermMax)('case %s: the loudest 3 s within 0.1 LU', (_, make, right) =>
    expect(off(measured(make()).short_term_max, right)).toBeLessThanOrEqual(0.1),
  );
  test.each(momentaryMax)('case %s: the loudest 400 ms within 0.1 LU', (_, make, right) =>
    expect(off(measured(make()).momentary_max, right)).toBeLessThanOrEqual(0.1),
  );
  test('case 9 is the same from 3 s on, and case 12 from 1 s on', () => {
    const [nine, twelve] = [shortTermMax[0]!, momentaryMax[0]!].map(([, make]) => powersOf(make()));
    const meanOf = (powers: Float32Array, end: number, looks: number): number =>
      -0.691 +
      10 * Math.log10(powers.subarray(end - looks, end).reduce((sum, one) => sum + one, 0) / looks);
    for (let end = 300; end <= nine!.length; end += 1)
      expect(off(meanOf(nine!, end, 300), -23)).toBeLessThanOrEqual(0.1);
    for (let end = 100; end <= twelve!.length; end += 1)
      expect(off(meanOf(twelve!, end, 40), -23)).toBeLessThanOrEqual(0.1);
  });
  test.each([
    ['11', 'short_term_max', shortTermBursts],
    ['14', 'momentary_max', momentaryBursts],
  ] as const)('case %s: the maximum so far is that of each burst', (_, what, burst) => {
    const powers = powersOf(burst.make());
    for (let i = 0; i < 20; i += 1) {
      const soFar = powers.subarray(0, Math.round(100 * burst.seconds * (i + 1)));
      expect(off(loudnessOf(soFar)[what], -38 + i)).toBeLessThanOrEqual(0.1);
    }
  });
});

test.each([8000, 44_100, 88_200, 96_000, 192_000])('a sine at %i Hz has its own level', (rate) => {
  const one = sine(997, fromDb(-20), seconds(4, rate), { rate });
  expect(off(measured([one, one], { rate }).integrated, -20)).toBeLessThanOrEqual(0.1);
  expect(off(measured([one], { rate }).integrated, -23.01)).toBeLessThanOrEqual(0.1);
  expect(off(measured([one], { rate, dualMono: true }).integrated, -20)).toBeLessThanOrEqual(0.1);
});

test('a sine of 997 Hz at full scale in one channel is at -3.01 LUFS', () =>
  expect(
    off(measured([sine(997, 1, seconds(5)), silence(seconds(5))]).integrated, -3.01),
  ).toBeLessThan(0.02));

test('silence and what is too short have no loudness, and curves have a value each second', () => {
  expect(measured([silence(seconds(5))])).toMatchObject({
    integrated: null,
    momentary_max: null,
    short_term_max: null,
    short_term_median: null,
    curves: { momentary: [null, null, null, null, null] },
  });
  expect(measured([sine(997, 0.5, seconds(0.39))]).momentary_max).toBeNull();
  const { curves } = measured([joinedTo(silence(seconds(2)), sine(997, fromDb(-20), seconds(4)))]);
  expect(curves).toEqual({
    step_seconds: 1,
    momentary: [null, null, -23, -23, -23, -23],
    short_term: [null, null, -27.8, -24.8, -23, -23],
  });
});

test('what a fader balances is the loudness of what sounds, and not of its pauses', () => {
  const phrase = joinedTo(sine(997, fromDb(-20), seconds(8)), silence(seconds(12)));
  const { short_term_median } = measured([joinedTo(phrase, phrase)]);
  expect(off(short_term_median, -23)).toBeLessThanOrEqual(0.5);
});

import { describe, expect, test } from 'vitest';
import { createCounter } from '../../../domain/audio/counting/counter.ts';
import { summaryOf, type Summary } from '../../../domain/audio/counting/summary.ts';
import { fromDb, interleaved, joinedTo, noise, scaled, seconds, silence, sine } from './signals.ts';

const rate = 48_000;

/** Counts channels, in pieces of odd lengths. */
function counted(...channels: Float32Array[]): Summary {
  const counter = createCounter(rate, channels.length);
  const whole = interleaved(...channels);
  const piece = 997 * channels.length;
  for (let at = 0; at < whole.length; at += piece) counter.add(whole.slice(at, at + piece));
  return summaryOf(counter.end());
}
const clips = (signal: Float32Array): number => counted(signal).channels[0]!.clip_runs;
const cut = (signal: Float32Array): Float32Array =>
  signal.map((one) => Math.max(-1, Math.min(1, one)));

describe('clipping', () => {
  test.each([30, 60, 440, 1000, 8000, 12_000])(
    'a sine of %i Hz at full scale is none, and one that is cut off is',
    (hz) => {
      const full = sine(hz, 1, rate);
      expect(clips(full)).toBe(0);
      const over = scaled(full, 1.4);
      if (hz < 8000) expect(clips(cut(over))).toBeGreaterThan(hz);
    },
  );
  test('is named by where it is, and how many samples it has', () => {
    const signal = sine(100, 0.5, 2 * rate);
    signal.fill(1, rate, rate + 10);
    const [channel] = counted(signal, sine(100, 0.5, 2 * rate)).channels;
    expect(channel).toMatchObject({ clip_runs: 1, clipped_samples: 10, clips: [[1, 1.0002]] });
  });
  test('two cuts within 20 ms are one range', () => {
    const signal = sine(100, 0.5, rate);
    for (const at of [1000, 1500, 9000]) signal.fill(1, at, at + 5);
    expect(counted(signal).channels[0]!.clips).toHaveLength(2);
  });
});

test('levels, means and peaks are those of the signal', () => {
  const signal = sine(1000, 0.5, rate).map((one) => one + 0.01);
  const [channel] = counted(signal).channels;
  expect(channel!.peak).toBeCloseTo(0.51, 4);
  expect(channel!.mean).toBeCloseTo(0.01, 5);
  expect(channel!.power).toBeCloseTo(0.125 + 0.0001, 4);
});

test('what is no number is counted, and taken as silence', () => {
  const signal = sine(1000, 0.5, rate);
  [signal[10], signal[11], signal[12]] = [NaN, Infinity, -Infinity];
  const summary = counted(signal);
  expect(summary.not_finite).toBe(3);
  expect(summary.channels[0]!.peak).toBeLessThan(0.51);
});

describe('two channels', () => {
  const signal = noise(0.3, 5 * rate);
  test('that are the same are said to be so', () => {
    const summary = counted(signal, signal);
    expect(summary).toMatchObject({ same: true, opposite: [] });
    expect(summary.stereo).toMatchObject({ correlation: 1, width: 0, balance: 0, mono_loss: 0 });
  });
  test('of opposite polarity are named with their time, and vanish in mono', () => {
    const turned = joinedTo(signal, scaled(signal, -1));
    const { stereo, opposite } = counted(joinedTo(signal, signal), turned);
    expect(opposite).toHaveLength(1);
    expect(opposite[0]![0]).toBeGreaterThan(3);
    expect(opposite[0]![1]).toBeCloseTo(10, 0);
    expect(stereo!.correlation_min).toBeCloseTo(-1, 2);
    expect(counted(signal, scaled(signal, -1)).stereo!.mono_loss).toBe(120);
  });
  test('of independent noise are as wide as they are strong, and lose 3 dB', () => {
    const { stereo } = counted(signal, noise(0.3, 5 * rate, 99));
    expect(stereo!.correlation).toBeCloseTo(0, 1);
    expect(stereo!.width).toBeCloseTo(0.5, 1);
    expect(stereo!.mono_loss).toBeCloseTo(3, 0);
  });
  test('of other levels are in dB', () => {
    const { stereo } = counted(signal, scaled(signal, fromDb(-6)));
    expect(stereo!.balance).toBeCloseTo(6, 1);
  });
});

test('silence is found where it is, and what is silent has no floor', () => {
  const tone = sine(440, 0.2, 2 * rate);
  const { levels } = counted(joinedTo(silence(seconds(1)), tone, silence(seconds(2)), tone));
  expect(levels.silences).toEqual([
    [0, 1],
    [3, 5],
  ]);
  expect(counted(silence(rate)).levels).toMatchObject({ noise_floor: null, spread: null });
});

test('the spectrum is where the sound is', () => {
  const { spectrum } = counted(sine(1000, 0.5, 3 * rate));
  expect(spectrum.centroid_hz).toBeGreaterThan(950);
  expect(spectrum.centroid_hz).toBeLessThan(1100);
  expect(spectrum.bands.mid).toBeCloseTo(0, 1);
  const white = counted(noise(0.3, 3 * rate)).spectrum;
  expect(white.flatness).toBeGreaterThan(0.5);
  expect(white.top_hz).toBeGreaterThan(23_000);
  expect(counted(silence(rate)).spectrum.centroid_hz).toBeNull();
  expect(spectrum.zero_crossings).toBeCloseTo(2000, -1);
  expect(counted(silence(rate)).spectrum.zero_crossings).toBe(0);
});

test('24 bits of which 16 are used are known from 24', () => {
  const coarse = noise(0.3, rate).map((one) => Math.round(one * 32_768) / 32_768);
  expect(counted(coarse).finer_than_16).toBe(0);
  expect(counted(noise(0.3, rate)).finer_than_16).toBeGreaterThan(0);
});

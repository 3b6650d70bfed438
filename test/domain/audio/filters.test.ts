import { expect, test } from 'vitest';
import {
  codecOf,
  limiterSpeed,
  outputFilters,
  passFilters,
  toRate,
  trialFilters,
} from '../../../domain/audio/filters.ts';

const speed = limiterSpeed(null);

test('a pass without a limiter is a gain and nothing else', () =>
  expect(passFilters({ gain: -3.2, limit: null }, 44_100, speed)).toEqual([
    'volume=-3.2dB:precision=double',
  ]));

test('a limiter works at four times the rate, makes up no gain, is not late, and the rate comes back', () => {
  const filters = passFilters({ gain: 2, limit: -6 }, 44_100, speed);
  expect(filters[0]).toMatch(/^aresample=176400:resampler=soxr:precision=28/);
  expect(filters[2]).toBe(
    'alimiter=limit=0.50118723:attack=5:release=100:level=disabled:latency=1',
  );
  expect(filters.at(-1)).toMatch(/^aresample=44100:/);
});

test('a trial has the gain and the limiter of the pass, at twice the rate', () => {
  const trial = trialFilters({ gain: 2, limit: -6 }, 44_100, speed);
  expect(trial[0]).toBe('aresample=88200');
  expect(trial.slice(1)).toEqual(passFilters({ gain: 2, limit: -6 }, 44_100, speed).slice(1, 3));
});

test('music with much bass gets a slower limiter', () => {
  expect(limiterSpeed(-3)).toEqual({ attack: 15, release: 200 });
  expect(limiterSpeed(-5)).toEqual({ attack: 5, release: 100 });
});

test('WAV files over 4 GB get the form that can be so long, and 16 bits are dithered', () => {
  for (const bits of [16, 24] as const) {
    const args = codecOf({ container: 'wav', bits });
    expect(args.join(' ')).toContain(`pcm_s${bits}le -rf64 auto`);
  }
  expect(outputFilters({ bits: 16 })).toEqual(['aresample=osf=s16:dither_method=triangular']);
  expect(outputFilters({ bits: 24 })).toEqual([]);
  expect(codecOf({ container: 'flac', bits: 24 }).join(' ')).toContain('-bits_per_raw_sample 24');
});

test('a track that has the rate of its mix already is not resampled', () => {
  expect(toRate(48_000, 48_000)).toEqual([]);
  expect(toRate(44_100, 96_000)).toHaveLength(1);
});

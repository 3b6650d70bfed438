import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { audioPreset } from '../../../contracts/audio.ts';
import { createCounter } from '../../../domain/audio/counting/counter.ts';
import { summaryOf } from '../../../domain/audio/counting/summary.ts';
import { chainFilters } from '../../../domain/audio/mastering/effects.ts';
import { planChain } from '../../../domain/audio/mastering/plan-chain.ts';
import type { Measured } from '../../../domain/audio/measure/measured.ts';
import { audioPresets, presetOf } from '../../../domain/audio/presets.ts';
import { interleaved, noise, scaled, sine, sumOf } from './signals.ts';
import { song } from './songs.ts';

const rate = 44_100;

/** A file of these channels as it would be measured; ffmpeg's own figures are given. */
function measuredOf(channels: Float32Array[], integrated = -20, true_peak = -6): Measured {
  const counter = createCounter(rate, channels.length);
  counter.add(interleaved(...channels));
  return {
    source: { channels: channels.length } as Measured['source'],
    facts: {
      missing_bytes: 0,
      trailing_bytes: 0,
      decode_errors: 0,
      wrong_name: false,
      wanted_rate: null,
    },
    meter: {
      integrated,
      true_peak,
      range: 5,
      momentary_max: -15,
      short_term_max: -18,
      true_peaks: [],
    },
    counted: summaryOf(counter.end()),
    dual_mono: false,
    took_ms: 0,
    unmetered: false,
  };
}
const music = song({ tonic: 0, scale: 'major', bpm: 100, drums: true, length: 4, rate });
const planned = (
  name: string,
  {
    measured = measuredOf([music, music]),
    issues = [] as { kind: 'clipping' | 'dc_offset'; value: number }[],
  } = {},
) => planChain({ measured, issues, preset: presetOf(name)!, target: presetOf(name)!.target });
const effects = (chain: { effect: string }[]): string[] => chain.map(({ effect }) => effect);

test('presets are whole, have a name each, and a ceiling that what comes after them needs', () => {
  expect(z.array(audioPreset).parse(audioPresets)).toEqual(audioPresets);
  expect(new Set(audioPresets.map(({ name }) => name)).size).toBe(audioPresets.length);
  const of = (name: string) => presetOf(name)!.target;
  expect(
    ['streaming', 'vinyl', 'cd', 'loudness_war', 'dynamic'].map((name) => of(name).lufs),
  ).toEqual([-14, -16, -9, -4, -18]);
  expect(['streaming', 'lossy', 'vinyl'].map((name) => of(name).ceiling_dbtp)).toEqual([
    -1, -2, -3,
  ]);
  expect(['pop', 'rock', 'electronic', 'acoustic'].map((name) => of(name).lufs)).toEqual([
    -14, -12, -8, -16,
  ]);
});

describe('a preset', () => {
  test('does nothing where nothing asks for it, and nothing is no filter', () => {
    expect(planned('streaming')).toEqual([]);
    expect(chainFilters([])).toEqual([]);
  });
  test('answers an offset with a high-pass and cut samples with a repair, in this order', () => {
    const issues = [
      { kind: 'clipping' as const, value: 54 },
      { kind: 'dc_offset' as const, value: 0.02 },
    ];
    const chain = planned('streaming', { issues });
    expect(effects(chain)).toEqual(['high_pass', 'declip']);
    expect(chain[0]!.because).toContain('0.02');
    expect(chain[1]!.because).toContain('54 samples');
    const much = [{ kind: 'clipping' as const, value: 100_000 }];
    expect(planned('streaming', { issues: much })).toEqual([]);
  });
  test('of a genre moves only bands that are over 4 dB off, by at most 3 dB and broadly', () => {
    const bright = sumOf(music, noise(0.3, music.length));
    const chain = planned('acoustic', { measured: measuredOf([bright, bright]) });
    const bands = chain.filter(({ effect }) => effect === 'eq_band');
    expect(bands.length).toBeGreaterThan(0);
    for (const { settings, because } of bands) {
      expect(Math.abs(Number(settings['gain_db']))).toBeLessThanOrEqual(3);
      expect(Number(settings['q'])).toBeLessThanOrEqual(1);
      expect(because).toMatch(/\d+\.\d dB (over|under) what is usual for acoustic/);
    }
    expect(effects(planned('streaming', { measured: measuredOf([bright, bright]) }))).toEqual([]);
  });
  test('compresses peaks that would need more than 3 dB of limiting, by at most 3 dB', () => {
    const chain = planned('streaming', { measured: measuredOf([music, music], -24, -2) });
    expect(effects(chain)).toEqual(['compressor']);
    const { threshold_db, ratio, attack_ms, release_ms } = chain[0]!.settings as Record<
      string,
      number
    >;
    const peak = 20 * Math.log10(music.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
    expect((peak - threshold_db!) * (1 - 1 / ratio!)).toBeLessThanOrEqual(3.05);
    expect([attack_ms, release_ms]).toEqual([30, 200]);
  });
  test('makes a bass to mono whose sides have little to do with each other', () => {
    const low = (hz: number): Float32Array => sine(hz, 0.3, 4 * rate, { rate });
    const chain = planned('streaming', { measured: measuredOf([low(55), low(61)]) });
    expect(effects(chain)).toEqual(['bass_to_mono']);
    const turned = planned('streaming', { measured: measuredOf([low(55), scaled(low(55), 0.9)]) });
    expect(turned).toEqual([]);
  });
  test('of the older service always does its own effects', () => {
    expect(effects(planned('clean_voice'))).toEqual(['high_pass', 'compressor', 'de_esser']);
    expect(effects(planned('bright'))).toEqual(['high_pass', 'eq']);
    expect(effects(planned('mastering'))).toEqual(['high_pass', 'compressor']);
  });
});

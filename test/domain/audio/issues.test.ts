import { describe, expect, test } from 'vitest';
import type { AudioIssue } from '../../../contracts/audio-report.ts';
import { createCounter } from '../../../domain/audio/counting/counter.ts';
import { summaryOf } from '../../../domain/audio/counting/summary.ts';
import { judge } from '../../../domain/audio/judge.ts';
import type { Described, FileFacts, Measured } from '../../../domain/audio/measure/measured.ts';
import { fromDb, interleaved, joinedTo, noise, scaled, silence, sine, sumOf } from './signals.ts';

const rate = 44_100;
const seconds = (count: number): number => Math.round(count * rate);
const tone = (hz: number, amplitude: number, length: number): Float32Array =>
  sine(hz, amplitude, seconds(length), { rate });
const clean: FileFacts = {
  missing_bytes: 0,
  trailing_bytes: 0,
  decode_errors: 0,
  wrong_name: false,
  wanted_rate: null,
};

interface Given {
  facts?: Partial<FileFacts>;
  source?: Partial<Measured['source']>;
  meter?: Partial<Measured['meter']>;
  hum?: Described['hum'];
}

function issuesOf(
  channels: Float32Array[],
  { facts, source, meter, hum }: Given = {},
): AudioIssue[] {
  const counter = createCounter(rate, channels.length);
  counter.add(interleaved(...channels));
  const counted = summaryOf(counter.end());
  const { integrated, momentary_max, short_term_max } = counted.loudness;
  const peaks = counted.channels.map(({ peak }) => (peak === 0 ? null : 20 * Math.log10(peak)));
  const measured: Measured = {
    source: {
      audio_path: 'a.wav',
      sha256: '0'.repeat(64),
      size_bytes: 1,
      container: 'wav',
      codec: 'pcm_s24le',
      rate,
      bits: 24,
      channels: channels.length,
      layout: 'stereo',
      layout_guessed: false,
      seconds: counted.samples / rate,
      ...source,
    },
    facts: { ...clean, ...facts },
    meter: {
      integrated,
      range: 5,
      momentary_max,
      short_term_max,
      true_peak: Math.max(...peaks.map((one) => one ?? -120)),
      true_peaks: peaks,
      ...meter,
    },
    counted,
    dual_mono: false,
    took_ms: 0,
    unmetered: false,
  };
  return judge(measured, { tempo: null, key: null, hum: hum ?? null, unfinished: [] });
}
const found = (kind: AudioIssue['kind'], channels: Float32Array[], given?: Given): AudioIssue => {
  const one = issuesOf(channels, given).find((issue) => issue.kind === kind);
  if (one === undefined) throw new Error(`no issue ${kind}`);
  return one;
};

const music = sumOf(tone(330, 0.1, 6), noise(0.02, seconds(6)));
const other = sumOf(tone(330, 0.1, 6), noise(0.02, seconds(6), 77));

test('music in which nothing is wrong has no issues', () =>
  expect(issuesOf([music, other])).toEqual([]));

describe('what is wrong is named with its place, its channels, its value and its threshold:', () => {
  test('clipping', () => {
    const cut = Float32Array.from(music);
    cut.fill(1, seconds(2), seconds(2) + 20);
    expect(found('clipping', [music, cut])).toMatchObject({
      severity: 'high',
      ranges: [[2, 2.0005]],
      channels: [2],
      value: 20,
      threshold: 3,
    });
  });
  test('flat tops below full scale, and none of a sine or of music', () => {
    const loud = scaled(tone(220, 1, 4), 1.6).map((one) => 0.7 * Math.max(-1, Math.min(1, one)));
    const one = found('clipping_suspected', [loud, loud]);
    expect(one).toMatchObject({ channels: [1, 2], threshold: 10 });
    expect(one.ranges.length).toBeGreaterThan(0);
    for (const hz of [30, 60, 220, 1000, 7350])
      expect(issuesOf([tone(hz, 0.7, 3)]).map(({ kind }) => kind)).not.toContain(
        'clipping_suspected',
      );
  });
  test('samples over full scale, and peaks between them', () => {
    const over = Float32Array.from(music);
    over[seconds(3)] = -1.5;
    expect(issuesOf([tone(220, 1.4, 3)]).map(({ kind }) => kind)).not.toContain('clipping');
    expect(found('over_full_scale', [over, music])).toMatchObject({
      ranges: [[3, 3]],
      channels: [1],
      value: 3.522,
      threshold: 0,
    });
    const between = joinedTo(
      silence(seconds(1)),
      sine(rate / 4, 0.99, seconds(0.1), { rate, phase: Math.PI / 4 }).map((one) => one * 1.4),
      silence(seconds(1)),
    );
    const peak = found('true_peak_over', [between.map((one) => Math.max(-1, Math.min(1, one)))], {
      meter: { true_peak: 2.8, true_peaks: [2.8] },
    });
    expect(peak).toMatchObject({ channels: [1], value: 2.8, threshold: 0 });
    expect(peak.ranges[0]![0]).toBeCloseTo(1, 1);
    expect(peak.ranges.at(-1)![1]).toBeCloseTo(1.1, 1);
  });
  test('samples that are no numbers', () => {
    const broken = Float32Array.from(music);
    broken.fill(NaN, seconds(1), seconds(1) + 3);
    expect(found('not_finite', [broken, music])).toMatchObject({ value: 3, ranges: [[1, 1.0001]] });
  });
  test('an offset', () => {
    const offset = music.map((one) => one + 0.01);
    expect(found('dc_offset', [music, offset])).toMatchObject({
      channels: [2],
      value: expect.closeTo(0.01, 3) as number,
      threshold: 0.001,
    });
  });
  test('noise between sounds, where it is heard alone', () => {
    const phrase = sumOf(
      joinedTo(tone(330, 0.3, 2), silence(seconds(1))),
      noise(0.004, seconds(3)),
    );
    const one = found('noise', [joinedTo(phrase, phrase)]);
    expect(one.value).toBeGreaterThan(-60);
    expect(one.ranges).toHaveLength(2);
    expect(one.ranges[0]![0]).toBeCloseTo(2, 1);
    const quiet = joinedTo(tone(330, 0.3, 2), silence(seconds(0.9)), tone(330, 0.3, 2));
    expect(issuesOf([quiet]).map(({ kind }) => kind)).not.toContain('noise');
  });
  test('silence at the beginning, inside, and at the end', () => {
    const one = found('silence', [
      joinedTo(silence(seconds(0.6)), music, silence(seconds(1.2)), music, silence(seconds(3.2))),
    ]);
    expect(one.ranges.map(([from, to]) => Math.round(10 * (to - from)) / 10)).toEqual([
      0.6, 1.2, 3.2,
    ]);
  });
  test('a hum', () =>
    expect(found('hum', [music], { hum: { hz: 50, over_db: 22 } })).toMatchObject({
      value: 22,
      threshold: 15,
    }));
  test('a silent channel, a louder one, and two that are the same', () => {
    expect(found('channel_silent', [music, silence(music.length)]).channels).toEqual([2]);
    expect(found('balance', [music, scaled(other, fromDb(-6))])).toMatchObject({
      channels: [1],
      threshold: 3,
    });
    expect(found('dual_mono', [music, music]).severity).toBe('info');
  });
  test('sides against each other, for a while or in mono', () => {
    const turned = joinedTo(other, scaled(music, -1));
    const one = found('phase', [joinedTo(music, music), turned]);
    expect(one.ranges).toHaveLength(1);
    expect(one.ranges[0]![1]).toBeCloseTo(12, 0);
    const wide = found('phase', [
      sumOf(scaled(music, 0.4), noise(0.1, music.length, 5)),
      sumOf(scaled(music, -0.4), noise(0.1, music.length, 6)),
    ]);
    expect(wide.value).toBeGreaterThan(3);
    expect(wide.threshold).toBeCloseTo(3.1);
    const apart = issuesOf([noise(0.1, seconds(6), 1), noise(0.1, seconds(6), 2)]);
    expect(apart.map(({ kind }) => kind)).not.toContain('phase');
  });
  test('hissing over a voice, where it is', () => {
    const hiss = noise(0.3, seconds(0.5)).map((one, at, all) => one - (all[at - 1] ?? 0));
    const voice = joinedTo(tone(700, 0.02, 1), hiss, tone(700, 0.02, 1), hiss);
    const one = found('sibilance', [voice]);
    expect(one.value).toBeGreaterThan(0.05);
    expect(one.ranges[0]![0]).toBeGreaterThan(0.7);
    expect(one.ranges[0]![1]).toBeLessThan(1.8);
  });
  test('loudness over what services play, and squashed peaks', () => {
    expect(found('too_loud', [noise(0.9, seconds(5))])).toMatchObject({ threshold: -8 });
    const squashed = { integrated: -11, short_term_max: -5, true_peak: -0.5 };
    expect(found('too_loud', [music], { meter: squashed })).toMatchObject({
      value: 4.5,
      threshold: 6,
    });
  });
  test('the traces of a lossy coder and of a 16-bit file', () => {
    const low = noise(0.3, seconds(4));
    // a long mean: nothing is left above a few kHz
    const dull = low.map(
      (_, at) => low.subarray(Math.max(0, at - 3), at + 1).reduce((sum, one) => sum + one, 0) / 4,
    );
    expect(issuesOf([dull]).map(({ kind }) => kind)).not.toContain('brickwall');
    const cut = sumOf(...Array.from({ length: 120 }, (_, nth) => tone(100 + 130 * nth, 0.01, 2)));
    expect(found('brickwall', [cut])).toMatchObject({ threshold: 17_000 });
    const coarse = music.map((one) => Math.round(one * 32_768) / 32_768);
    expect(found('low_bits', [coarse, coarse])).toMatchObject({ value: 16, threshold: 24 });
  });
  test.each<[AudioIssue['kind'], Given]>([
    ['truncated', { facts: { missing_bytes: 100 } }],
    ['trailing_data', { facts: { trailing_bytes: 22 } }],
    ['corrupt', { facts: { decode_errors: 3 } }],
    ['wrong_name', { facts: { wrong_name: true } }],
    ['other_rate', { facts: { wanted_rate: 96_000 } }],
  ])('%s', (kind, given) => {
    const one = found(kind, [music, other], given);
    expect([one.because, one.fix].every((text) => text.length > 5)).toBe(true);
  });
  test('a layout that was guessed', () => {
    const six = Array.from({ length: 6 }, () => music);
    const source = { layout_guessed: true, layout: '5.1' };
    expect(found('layout_guessed', six, { source }).because).toContain('5.1');
  });
  test('silence, and what is too short', () => {
    expect(found('silent', [silence(seconds(2))]).severity).toBe('high');
    expect(found('too_short', [music.slice(0, seconds(0.3))])).toMatchObject({ threshold: 0.4 });
  });
});

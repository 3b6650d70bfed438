import { expect, test } from 'vitest';
import { busCompressor } from '../../../domain/audio/mix/bus.ts';
import { fadersOf } from '../../../domain/audio/mix/faders.ts';
import { polarityOf, polarityRate } from '../../../domain/audio/mix/polarity.ts';
import { joinedTo, noise, scaled, silence } from './signals.ts';

const rate = polarityRate;
const bass = noise(0.3, 20 * rate).map(
  (one, at, all) => (one + (all[at - 1] ?? 0) + (all[at - 2] ?? 0)) / 3,
);
const notesOf = (...tracks: Float32Array[]) =>
  polarityOf(tracks.map((low, nth) => ({ name: `${nth}.wav`, low })));

test('two tracks of opposite polarity are named, with what they lose', () => {
  const [note] = notesOf(bass, scaled(bass, -0.8));
  expect(note).toMatchObject({ a: '0.wav', b: '1.wav', correlation: -1, delay_ms: 0 });
  expect(note!.loss_db).toBeGreaterThan(10);
  expect(note!.because).toContain('flip: true');
});

test('a turned track that comes 3 ms later is found at its time', () => {
  const later = scaled(joinedTo(silence(3), bass.slice(0, -3)), -1);
  // the same sound, half of it as it is: the loss is there, and so is the delay
  const both = later.map((one, at) => one - 0.3 * bass[at]!);
  expect(notesOf(bass, both)[0]).toMatchObject({ delay_ms: 3 });
});

test('tracks that fit, that have nothing in common, or that are silent are not named', () => {
  expect(notesOf(bass, scaled(bass, 0.5))).toEqual([]);
  expect(notesOf(bass, noise(0.3, bass.length, 99))).toEqual([]);
  expect(notesOf(bass, silence(bass.length))).toEqual([]);
});

test('all but kick and bass get a high-pass, and drums only beside a kick', () => {
  const hzOf = (...names: string[]) =>
    fadersOf(
      names.map((audio_path) => ({ stem: { audio_path }, channels: 1, sounding: -20 })),
      false,
    ).map(({ high_pass_hz }) => high_pass_hz);
  expect(hzOf('kick.wav', 'bass.wav', 'drums.wav', 'voice.wav', 'gtr.wav', 'fx.wav')).toEqual([
    null,
    null,
    80,
    100,
    80,
    100,
  ]);
  expect(hzOf('drums.wav', 'voice.wav')).toEqual([null, 100]);
});

test('the bus takes at most 2 dB, whatever the sum is', () => {
  for (const peak of [-12, 0, 7.5]) {
    const { threshold_db, ratio } = busCompressor(peak).settings as Record<string, number>;
    expect((peak - threshold_db!) * (1 - 1 / ratio!)).toBeCloseTo(2, 2);
  }
});

import { describe, expect, test } from 'vitest';
import { createChroma, chromaRate } from '../../../domain/audio/key/chroma.ts';
import { keyOf } from '../../../domain/audio/key/key.ts';
import { noteNames } from '../../../domain/audio/key/profiles.ts';
import { humOf } from '../../../domain/audio/hum.ts';
import { energyRate, tempoOf } from '../../../domain/audio/tempo.ts';
import { noise, silence, sine, sumOf } from './signals.ts';
import { song } from './songs.ts';

const rate = chromaRate;
const notesOf = (signal: Float32Array) => {
  const chroma = createChroma();
  for (let at = 0; at < signal.length; at += 1000) chroma.add(signal.slice(at, at + 1000));
  return chroma.end();
};
const energiesOf = (signal: Float32Array): Float32Array => {
  const size = Math.round(rate / energyRate);
  return Float32Array.from({ length: Math.floor(signal.length / size) }, (_, at) =>
    signal.subarray(at * size, (at + 1) * size).reduce((sum, one) => sum + one * one, 0),
  );
};

test.each([0, 3, 5, 8, 10])(
  'the key of a song is found, major and minor, from note %i',
  (tonic) => {
    for (const scale of ['major', 'minor'] as const) {
      const drums = tonic % 2 === 0;
      const found = keyOf(notesOf(song({ tonic, scale, bpm: 100, drums, length: 10, rate })));
      expect(found).toMatchObject({ name: noteNames[tonic], scale });
    }
  },
);

test.each([
  ['noise', noise(0.3, 6 * rate)],
  ['silence', silence(6 * rate)],
  ['a tone', sine(440, 0.3, 6 * rate, { rate })],
  [
    'a tone with overtones',
    sumOf(...[1, 2, 3, 4, 5, 6, 7, 8].map((nth) => sine(110 * nth, 0.3 / nth, 6 * rate, { rate }))),
  ],
  ['two notes', sumOf(sine(440, 0.3, 6 * rate, { rate }), sine(660, 0.3, 6 * rate, { rate }))],
])('%s has no key', (_, signal) => expect(keyOf(notesOf(signal))).toBeNull());

test('how far music is from A = 440 Hz is in cents', () => {
  const chord = (cents: number): Float32Array =>
    sumOf(
      ...[0, 4, 7, 12, 17].map((step) =>
        sine(261.63 * 2 ** ((step + cents / 100) / 12), 0.1, 6 * rate, { rate }),
      ),
    );
  for (const cents of [-30, 0, 20])
    expect(Math.abs(notesOf(chord(cents)).tuning_cents - cents)).toBeLessThanOrEqual(2);
});

describe('a tempo', () => {
  test.each([70, 120, 174])('of %i is believed where the sound has that beat', (bpm) => {
    const heard = energiesOf(song({ tonic: 0, scale: 'major', bpm, drums: true, rate }));
    expect(tempoOf(`${bpm}.02\n`, heard)).toMatchObject({ bpm: bpm + 0.02 });
  });
  test.each([
    ['noise', '123.4', noise(0.3, 10 * rate)],
    ['silence', '200.0', silence(10 * rate)],
    // looked at a hundred times a second, its waves come and go by 2 % at exactly this tempo, and at 120
    ['a tone', '148.69', sine(440, 0.3, 10 * rate, { rate })],
    ['another tone', '120', sine(401, 0.3, 10 * rate, { rate })],
    ['what has no answer', 'nan', noise(0.3, 10 * rate)],
    [
      'less than 5 s',
      '120',
      song({ tonic: 0, scale: 'major', bpm: 120, drums: true, length: 4, rate }),
    ],
  ])('is not believed for %s', (_, said, signal) =>
    expect(tempoOf(said, energiesOf(signal))).toBeNull(),
  );
});

describe('a hum', () => {
  const hz = chromaRate / 8192;
  test.each([50, 60])('of %i Hz with its harmonics is found below music', (base) => {
    const music = song({ tonic: 3, scale: 'major', bpm: 90, drums: false, length: 8, rate });
    const hum = [1, 2, 3, 4].map((nth) => sine(base * nth, 0.02, music.length, { rate }));
    const { mean } = notesOf(sumOf(music, ...hum));
    expect(humOf(mean, hz)).toMatchObject({ hz: base });
  });
  test('is not found in music or noise alone', () => {
    for (const one of [
      song({ tonic: 0, scale: 'minor', bpm: 110, drums: true, rate }),
      noise(0.2, 8 * rate),
    ])
      expect(humOf(notesOf(one).mean, hz)).toBeNull();
  });
});

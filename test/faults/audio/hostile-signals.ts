import { noise, sine, sumOf } from '../../domain/audio/signals.ts';
import { song } from '../../domain/audio/songs.ts';

export interface Hostile {
  name: string;
  rate: number;
  channels: Float32Array[];
}

/** Numbers from a seed, from 0 to 1, the same on every machine. */
function numbers(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Make = (rate: number, length: number, random: () => number) => Float32Array;

const clicks: Make = (rate, length, random) => {
  const signal = sine(200 + 300 * random(), 0.05, length, { rate });
  const apart = Math.round(rate * (0.02 + 0.1 * random()));
  // two samples of opposite sign: the peak is between them
  for (let at = 0; at + 1 < length; at += apart) [signal[at], signal[at + 1]] = [0.9, -0.9];
  return signal;
};

/** A voice: a buzz whose level follows syllables and pauses. */
const speech: Make = (rate, length, random) => {
  const hz = 90 + 130 * random();
  const harmonics = [1, 2, 3, 5, 8, 13].map((nth) => sine(hz * nth, 0.3 / nth, length, { rate }));
  const voice = sumOf(...harmonics, noise(0.05, length, 3));
  const pace = 3 + 2 * random();
  return voice.map((one, at) => {
    const t = at / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * pace * t)) ** 2;
    return t % 2.2 > 1.7 ? one * 0.001 : one * syllable;
  });
};

const transients: Make = (rate, length, random) => {
  const signal = noise(0.002, length, 5);
  for (let at = 0; at < length; at += Math.round(rate * (0.3 + 0.7 * random()))) {
    const hit = noise(0.9, Math.round(0.03 * rate), 1 + Math.floor(1e6 * random()));
    for (let nth = 0; nth < hit.length && at + nth < length; nth += 1)
      signal[at + nth]! += hit[nth]! * 0.5 ** (nth / (0.003 * rate));
  }
  return signal;
};

const chirp: Make = (rate, length, random) => {
  const top = rate * (0.3 + 0.19 * random());
  let phase = 0;
  return Float32Array.from({ length }, (_, at) => {
    phase += (2 * Math.PI * (50 + ((top - 50) * at) / length)) / rate;
    return 0.7 * Math.sin(phase);
  });
};

const songs: Make = (rate, length, random) =>
  song({
    tonic: Math.floor(12 * random()),
    scale: random() < 0.5 ? 'major' : 'minor',
    bpm: 70 + Math.round(100 * random()),
    drums: true,
    length: length / rate,
    rate,
  });

const kinds: [string, Make][] = [
  ['song', songs],
  ['white noise', (_, length, random) => noise(0.5, length, 1 + Math.floor(1e6 * random()))],
  [
    'pink noise',
    (_, length, random) => {
      const white = noise(0.5, length, 1 + Math.floor(1e6 * random()));
      let low = 0;
      return white.map((one) => (low = 0.97 * low + 0.15 * one));
    },
  ],
  ['clicks between samples', clicks],
  [
    'tones at a quarter and a third of the rate',
    (rate, length, random) =>
      sumOf(
        sine(rate / 4, 0.4, length, { rate, phase: Math.PI / 4 }),
        sine(rate / 3, 0.2 + 0.2 * random(), length, { rate, phase: random() }),
      ),
  ],
  [
    'squares',
    (rate, length, random) =>
      sine(100 + 900 * random(), 1, length, { rate }).map((one) => 0.5 * Math.sign(one)),
  ],
  ['speech', speech],
  ['sparse transients', transients],
  [
    'a clipped song',
    (rate, length, random) =>
      songs(rate, length, random).map((one) => Math.max(-0.5, Math.min(0.5, 4 * one))),
  ],
  ['chirps', chirp],
];
const rates = [44_100, 48_000, 96_000];

/** Signals of ten kinds at three rates from -30 to +4 dBFS, of two channels that differ. @param seed of this one, from 0 */
export function hostileSignal(seed: number, seconds: number): Hostile {
  const random = numbers(seed + 1);
  const [name, make] = kinds[seed % kinds.length]!;
  const rate = rates[Math.floor(seed / kinds.length) % rates.length]!;
  const signal = make(rate, Math.round(seconds * rate), random);
  const peak = signal.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const level = 10 ** ((-30 + 34 * random()) / 20);
  const left = signal.map((one) => (one * level) / peak);
  const side = 0.5 + 0.5 * random();
  return { name, rate, channels: [left, left.map((one) => one * side)] };
}

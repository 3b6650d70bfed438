import { noise, scaled, silence, sine, sumOf } from './signals.ts';

const usualRate = 44_100;
const hzOf = (note: number): number => 440 * 2 ** ((note - 69) / 12);

/** The steps of a scale at which its common chords stand, and what kind each is. */
const progressions = {
  major: [
    [0, 4, 7],
    [5, 9, 12],
    [7, 11, 14],
    [0, 4, 7],
  ],
  minor: [
    [0, 3, 7],
    [5, 8, 12],
    [7, 11, 14],
    [0, 3, 7],
  ],
} as const;

interface SongKind {
  /** 0 for C, up to 11. */
  tonic: number;
  scale: 'major' | 'minor';
  bpm: number;
  drums: boolean;
  length?: number;
  rate?: number;
}

/** Adds a signal to another one, from a place on. */
function add(to: Float32Array, what: Float32Array, at: number): void {
  for (let one = 0; one < what.length && at + one < to.length; one += 1)
    to[at + one]! += what[one]!;
}

/** @param halfLife in samples */
function faded(signal: Float32Array, halfLife: number): Float32Array {
  const less = 0.5 ** (1 / halfLife);
  for (let at = 0, level = 1; at < signal.length; at += 1, level *= less) signal[at]! *= level;
  return signal;
}

/** A song of chords and bass, with drums if wanted: 20 s at 44.1 kHz, in one channel. */
export function song({
  tonic,
  scale,
  bpm,
  drums,
  length = 20,
  rate = usualRate,
}: SongKind): Float32Array {
  const whole = silence(length * rate);
  const beat = (60 / bpm) * rate;
  for (let bar = 0; bar * 4 * beat < whole.length; bar += 1) {
    const at = Math.round(bar * 4 * beat);
    const chord = progressions[scale][bar % 4]!;
    const samples = Math.round(4 * beat);
    for (const step of chord) {
      const hz = hzOf(60 + tonic + step);
      const overtones = [1, 2, 3].map((nth) => sine(hz * nth, 0.08 / nth, samples, { rate }));
      add(whole, faded(sumOf(...overtones), 0.6 * rate), at);
    }
    add(whole, faded(sine(hzOf(36 + tonic + chord[0]), 0.15, samples, { rate }), 0.8 * rate), at);
  }
  if (drums) addDrums(whole, beat, rate);
  return whole;
}

function addDrums(whole: Float32Array, beat: number, rate: number): void {
  const kick = faded(sine(55, 0.5, Math.round(0.15 * rate), { rate }), 0.04 * rate);
  const snare = faded(noise(0.3, Math.round(0.12 * rate), 7), 0.03 * rate);
  const hat = faded(noise(0.1, Math.round(0.03 * rate), 3), 0.01 * rate);
  for (let nth = 0; nth * (beat / 2) < whole.length; nth += 1) {
    const at = Math.round((nth * beat) / 2);
    add(whole, hat, at);
    if (nth % 4 === 0) add(whole, kick, at);
    if (nth % 4 === 2) add(whole, snare, at);
  }
}

/** The same song in two channels that differ a little. */
export const stereoSong = (kind: SongKind): [Float32Array, Float32Array] => {
  const mono = song(kind);
  return [mono, sumOf(scaled(mono, 0.9), noise(0.003, mono.length, 5))];
};

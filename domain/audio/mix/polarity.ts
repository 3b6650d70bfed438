import { rounded } from '../counting/decibels.ts';

/** Two tracks that weaken each other where they sound together. */
export interface PolarityNote {
  a: string;
  b: string;
  /** Of what both have below 500 Hz, as they are. */
  correlation: number;
  /** How much their sum loses against two sounds that have nothing to do with each other, in dB. */
  loss_db: number;
  /** By how much `b` would have to come earlier to fit best, in ms, and the correlation there. */
  delay_ms: number;
  best_correlation: number;
  because: string;
}

/** The rate at which tracks are compared: what is below half of it. */
export const polarityRate = 1000;
/** How far two tracks of one sound are apart at most, in samples: 5 ms. */
const farthest = 5;
const leastLossDb = 1;
/** Below this mean square, -70 dB, a track has no bass. */
const quiet = 1e-7;

/** Compares every two tracks in the low band. It only names what it finds: nothing is turned unless it is asked for. */
export function polarityOf(tracks: readonly { name: string; low: Float32Array }[]): PolarityNote[] {
  const heard = tracks
    .map((one) => ({ ...one, power: dot(one.low, one.low, 0) / Math.max(1, one.low.length) }))
    .filter(({ power }) => power > quiet);
  return heard.flatMap((a, nth) => heard.slice(nth + 1).flatMap((b) => compared(a, b)));
}

function compared(
  a: { name: string; low: Float32Array },
  b: { name: string; low: Float32Array },
): PolarityNote[] {
  const length = Math.min(a.low.length, b.low.length);
  const [one, other] = [a.low.subarray(0, length), b.low.subarray(0, length)];
  const [p, q] = [dot(one, one, 0), dot(other, other, 0)];
  if (p === 0 || q === 0) return [];
  const at = (lag: number): number => dot(one, other, lag) / Math.sqrt(p * q);
  const correlation = at(0);
  const sum = (p + q + 2 * correlation * Math.sqrt(p * q)) / (p + q);
  const loss_db = rounded(Math.min(60, Math.max(0, -10 * Math.log10(Math.max(sum, 1e-6)))), 1);
  if (loss_db < leastLossDb) return [];
  const lags = Array.from({ length: 2 * farthest + 1 }, (_, nth) => nth - farthest);
  const best = lags.toSorted((x, y) => Math.abs(at(y)) - Math.abs(at(x)))[0]!;
  const found = at(best);
  return [
    {
      a: a.name,
      b: b.name,
      correlation: rounded(correlation),
      loss_db,
      delay_ms: (1000 * best) / polarityRate,
      best_correlation: rounded(found),
      because:
        `together they lose ${loss_db} dB below 500 Hz; ` +
        (found < 0
          ? `turn the polarity of one (flip: true)${best === 0 ? '' : ` and move it by ${Math.abs(best)} ms`}`
          : `they fit if one is moved by ${Math.abs(best)} ms`),
    },
  ];
}

/** The product of one signal and another one that begins `lag` samples later. */
function dot(one: Float32Array, other: Float32Array, lag: number): number {
  let sum = 0;
  const from = Math.max(0, -lag);
  const to = Math.min(one.length, other.length - lag);
  for (let at = from; at < to; at += 1) sum += one[at]! * other[at + lag]!;
  return sum;
}

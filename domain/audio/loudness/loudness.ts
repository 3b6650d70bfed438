import { rounded } from '../counting/decibels.ts';
import { looksPerSecond } from './loudness-counter.ts';

/** Loudness as it is counted here, from the power of each hundredth of a second. LUFS. */
export interface CountedLoudness {
  integrated: number | null;
  momentary_max: number | null;
  short_term_max: number | null;
  /** Of the short-term loudness while it sounds: what a fader has to balance. */
  short_term_median: number | null;
  curves: LoudnessCurves;
}

/** The loudest moment and the last three seconds of each step; null where it is silent. */
export interface LoudnessCurves {
  step_seconds: number;
  momentary: (number | null)[];
  short_term: (number | null)[];
}

/** The longest curve; a longer file has longer steps. */
const mostPoints = 3600;
const [momentaryLooks, shortLooks] = [0.4 * looksPerSecond, 3 * looksPerSecond];
const absoluteGate = -70;
const relativeGate = -10;
/** What is this far below the loudest 3 s is no part of what sounds. */
const soundingRange = 20;

const lufs = (power: number): number => -0.691 + 10 * Math.log10(power);
const powerOf = (level: number): number => 10 ** ((level + 0.691) / 10);

/** @param powers K-weighted mean power of each hundredth of a second */
export function loudnessOf(powers: Float32Array): CountedLoudness {
  const sums = new Float64Array(powers.length + 1);
  for (let at = 0; at < powers.length; at += 1) sums[at + 1] = sums[at]! + powers[at]!;
  /** Mean power of the looks before `end`; null before there are so many. */
  const before = (end: number, looks: number): number | null =>
    end < looks ? null : Math.max(0, sums[end]! - sums[end - looks]!) / looks;
  const greatest = (looks: number, from = 1, to = powers.length): number => {
    let most = 0;
    for (let end = Math.max(from, looks); end <= to; end += 1)
      most = Math.max(most, before(end, looks)!);
    return most;
  };
  const shortMost = greatest(shortLooks);
  return {
    integrated: gated(powers.length, (end) => before(end, momentaryLooks)),
    momentary_max: heard(greatest(momentaryLooks)),
    short_term_max: heard(shortMost),
    short_term_median: median(powers.length, shortMost, (end) => before(end, shortLooks)),
    curves: curvesOf(powers.length, {
      momentary: (from, to) => greatest(momentaryLooks, from + 1, to),
      shortTerm: (end) => before(end, shortLooks) ?? 0,
    }),
  };
}

const heard = (power: number): number | null =>
  power > powerOf(absoluteGate) ? rounded(lufs(power)) : null;

/** Blocks of 400 ms, a new one each 100 ms; those below both gates do not count. Source: ITU-R BS.1770-4. */
function gated(looks: number, blockBefore: (end: number) => number | null): number | null {
  const blocks: number[] = [];
  for (let end = momentaryLooks; end <= looks; end += looksPerSecond / 10)
    blocks.push(blockBefore(end)!);
  const mean = (list: number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
  const loud = blocks.filter((one) => one > powerOf(absoluteGate));
  if (loud.length === 0) return null;
  const gate = mean(loud) * 10 ** (relativeGate / 10);
  return rounded(lufs(mean(loud.filter((one) => one > gate))));
}

function median(
  looks: number,
  most: number,
  shortBefore: (end: number) => number | null,
): number | null {
  const least = Math.max(powerOf(absoluteGate), most * 10 ** (-soundingRange / 10));
  const sounding: number[] = [];
  for (let end = shortLooks; end <= looks; end += looksPerSecond / 10) {
    const one = shortBefore(end)!;
    if (one >= least) sounding.push(one);
  }
  if (sounding.length === 0) return null;
  return rounded(lufs(sounding.toSorted((one, other) => one - other)[sounding.length >> 1]!));
}

function curvesOf(
  looks: number,
  at: {
    momentary(from: number, to: number): number;
    shortTerm(end: number): number;
  },
): LoudnessCurves {
  const seconds = looks / looksPerSecond;
  const step = Math.max(1, Math.ceil(seconds / mostPoints));
  const tenths = (power: number): number | null => {
    const level = heard(power);
    return level === null ? null : rounded(level, 1);
  };
  const ends = Array.from({ length: Math.floor(seconds / step) }, (_, nth) => (nth + 1) * step);
  return {
    step_seconds: step,
    momentary: ends.map((end) =>
      tenths(at.momentary((end - step) * looksPerSecond, end * looksPerSecond)),
    ),
    short_term: ends.map((end) => tenths(at.shortTerm(end * looksPerSecond))),
  };
}

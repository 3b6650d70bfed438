import type { AudioRange, AudioSpectrum } from '../../../contracts/audio-report.ts';
import { decibelsOfPower, rounded } from './decibels.ts';
import { createSpectrometer } from './fft.ts';
import { createRangeList } from './range-list.ts';

const size = 4096;
/** Every second window is enough for a mean, and costs half. */
const hop = 2 * size;
/** Windows below this mean square, -70 dB, say nothing about the music. */
const quiet = 1e-7;

const bandEdges = { low: 20, low_mid: 120, mid: 500, high_mid: 2000, high: 6000, end: 20_000 };

/** Windows in which hissing sounds stand out, and the part of all that sound. */
export interface Sibilance {
  part: number;
  ranges: AudioRange[];
}
/** How far the hissing band is over the one below it, and the least level of such a window. */
const hissing = { low: 500, from: 5000, to: 10_000, over: 4, least: 1e-5 };

/** Gathers the mean spectrum of the first two channels together. */
export function createSpectrum(rate: number): {
  add(left: Float32Array, right: Float32Array, length: number): void;
  end(): { spectrum: AudioSpectrum; sibilance: Sibilance };
} {
  const meter = createSpectrometer(size);
  const window = new Float32Array(size);
  const mean = new Float64Array(size / 2);
  const before = new Float64Array(size / 2);
  const hiss = createRangeList(rate, (2 * hop) / rate);
  const [low, from, to] = [hissing.low, hissing.from, hissing.to].map((hz) =>
    Math.min(size / 2, Math.floor((hz * size) / rate)),
  ) as [number, number, number];
  let [at, windows, hissed, start, flux] = [0, 0, 0, 0, 0];
  const take = (): void => {
    let power = 0;
    for (let nth = 0; nth < size; nth += 1) power += window[nth]! * window[nth]!;
    if (power / size <= quiet) return;
    const found = meter.powers(window);
    let [below, high, risen, all] = [0, 0, 0, 0];
    for (let bin = 0; bin < mean.length; bin += 1) {
      const one = found[bin]!;
      mean[bin]! += one;
      if (bin >= from && bin < to) high += one;
      else if (bin >= low && bin < from) below += one;
      const size0 = Math.sqrt(one);
      all += size0;
      if (size0 > before[bin]!) risen += size0 - before[bin]!;
      before[bin] = size0;
    }
    if (windows > 0 && all > 0) flux += risen / all;
    windows += 1;
    if (high > hissing.over * below && power / size > hissing.least) {
      hissed += 1;
      hiss.add(start, start + size);
    }
  };
  return {
    add(left, right, length) {
      for (let nth = 0; nth < length;) {
        const until = at < size ? size : hop;
        const end = Math.min(length, nth + until - at);
        if (at < size)
          for (let one = nth; one < end; one += 1)
            window[at + one - nth] = (left[one]! + right[one]!) / 2;
        at += end - nth;
        nth = end;
        if (at === size) take();
        if (at === hop) {
          start += hop;
          at = 0;
        }
      }
    },
    end() {
      if (windows > 0) for (let bin = 0; bin < mean.length; bin += 1) mean[bin]! /= windows;
      const changed = windows > 1 ? rounded(flux / (windows - 1), 4) : null;
      return {
        spectrum: spectrumOf(mean, rate, windows > 0, changed),
        sibilance: { part: windows === 0 ? 0 : hissed / windows, ranges: hiss.ranges() },
      };
    },
  };
}

const nothing: AudioSpectrum = {
  centroid_hz: null,
  rolloff_hz: null,
  flatness: null,
  flux: null,
  top_hz: null,
  bands: { low: null, low_mid: null, mid: null, high_mid: null, high: null },
};

/** Where the energy of a mean spectrum lies. */
function spectrumOf(
  mean: Float64Array,
  rate: number,
  heard: boolean,
  flux: number | null,
): AudioSpectrum {
  if (!heard) return nothing;
  const hz = rate / (2 * mean.length);
  const powers = mean.subarray(1);
  const total = powers.reduce((sum, one) => sum + one, 0);
  const centroid = powers.reduce((sum, one, bin) => sum + one * (bin + 1) * hz, 0) / total;
  let [sum, rolloff] = [0, 0];
  while (rolloff < powers.length && sum < 0.85 * total) sum += powers[rolloff++]!;
  const logs = powers.reduce((all, one) => all + Math.log(one + 1e-30), 0) / powers.length;
  const part = (from: number, to: number): number | null => {
    const inside = powers.subarray(Math.floor(from / hz), Math.ceil(to / hz));
    return decibelsOfPower(inside.reduce((all, one) => all + one, 0) / total);
  };
  const edges = Object.entries(bandEdges);
  const bands = edges
    .slice(0, -1)
    .map(([name, from], nth) => [name, part(from, edges[nth + 1]![1])]);
  return {
    centroid_hz: rounded(centroid, 1),
    rolloff_hz: rounded(rolloff * hz, 1),
    flatness: rounded(Math.exp(logs) / (total / powers.length), 4),
    flux,
    top_hz: rounded(topOf(powers) * hz, 0),
    bands: Object.fromEntries(bands) as AudioSpectrum['bands'],
  };
}

/** The highest bin that is less than 75 dB below the mean of the strongest tenth. */
function topOf(powers: Float64Array): number {
  const strong = [...powers].toSorted((one, other) => other - one);
  const tenth = strong.slice(0, Math.ceil(strong.length / 10));
  const floor = (tenth.reduce((sum, one) => sum + one, 0) / tenth.length) * 10 ** -7.5;
  let top = powers.length - 1;
  while (top > 0 && powers[top]! < floor) top -= 1;
  return top;
}

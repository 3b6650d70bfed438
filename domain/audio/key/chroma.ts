import { createSpectrometer } from '../counting/fft.ts';

/** The rate of the signal that the notes are read from. */
export const chromaRate = 11_025;
const size = 8192;
const hop = size / 2;
const [lowestHz, highestHz] = [60, 2000];
/** The frequency of a C, from which the classes of notes are counted. */
const c0 = 16.351_597_8;
/** Windows below this mean square say nothing. */
const quiet = 1e-7;

/** What the notes of a signal are. */
export interface Chroma {
  /** The strength of C, C sharp … B. */
  classes: number[];
  /** How far the notes are from those of A = 440 Hz, in cents: -50 to 50. */
  tuning_cents: number;
  /** How even the spectrum is between 60 and 2000 Hz: 1 for noise. */
  flatness: number;
  /** The mean power of each bin, `chromaRate / 8192` Hz apart. */
  mean: Float64Array;
}

/** Gathers the notes of a signal of one channel at `chromaRate`: the peaks of its spectrum, by their exact frequency. */
export function createChroma(): { add(block: Float32Array): void; end(): Chroma } {
  const meter = createSpectrometer(size);
  const window = new Float32Array(size);
  const classes = Array.from({ length: 12 }, () => 0);
  const mean = new Float64Array(size / 2);
  const sizes = new Float64Array(size / 2);
  const hz = chromaRate / size;
  const [from, to] = [Math.ceil(lowestHz / hz), Math.floor(highestHz / hz)];
  let [at, windows, tuneX, tuneY] = [0, 0, 0, 0];
  const take = (): void => {
    if (window.reduce((sum, one) => sum + one * one, 0) / size < quiet) return;
    const powers = meter.powers(window);
    for (let bin = 0; bin < mean.length; bin += 1) mean[bin]! += powers[bin]!;
    for (let bin = from - 1; bin <= to + 1; bin += 1) sizes[bin] = Math.sqrt(powers[bin]!);
    windows += 1;
    for (let bin = from; bin <= to; bin += 1) {
      const before = sizes[bin - 1]!;
      const here = sizes[bin]!;
      const after = sizes[bin + 1]!;
      if (!(here > before && here >= after)) continue;
      const offset = (0.5 * (before - after)) / (before - 2 * here + after);
      const note = 12 * Math.log2(((bin + offset) * hz) / c0);
      const away = 2 * Math.PI * (note - Math.round(note));
      tuneX += here * Math.cos(away);
      tuneY += here * Math.sin(away);
      classes[((Math.round(note) % 12) + 12) % 12]! += here;
    }
  };
  return {
    add(block) {
      for (const one of block) {
        window[at] = one;
        at += 1;
        if (at < size) continue;
        take();
        window.copyWithin(0, hop);
        at = hop;
      }
    },
    end() {
      if (windows > 0) for (let bin = 0; bin < mean.length; bin += 1) mean[bin]! /= windows;
      const tuning_cents = Math.round((100 * Math.atan2(tuneY, tuneX)) / (2 * Math.PI));
      return { classes, tuning_cents, flatness: flatnessOf(mean.subarray(from, to + 1)), mean };
    },
  };
}

function flatnessOf(powers: Float64Array): number {
  const sum = powers.reduce((all, one) => all + one, 0) / powers.length;
  if (sum <= 0) return 1;
  const logs = powers.reduce((all, one) => all + Math.log(one + 1e-30), 0) / powers.length;
  return Math.exp(logs) / sum;
}

import type { AudioRange } from '../../../contracts/audio-report.ts';
import { createRangeList } from './range-list.ts';

/** Where a signal is over full scale: in samples, which only floats can hold, and between them. */
export interface Overs {
  samples: number;
  ranges: AudioRange[];
  between: AudioRange[];
}

/** Samples on each side of a place between two, and how many places are looked at there. */
const reach = 12;
const places = 4;
/** Where neither neighbour is this loud, what is between them stays below full scale. */
const leastNear = 0.7;

/** For each place, the weights of the samples around it: a sinc in a Hann window. */
const taps = Array.from({ length: places - 1 }, (_, place) => {
  const between = (place + 1) / places;
  return Float64Array.from({ length: 2 * reach }, (__, nth) => {
    const distance = nth - reach + 1 - between;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return (window * Math.sin(Math.PI * distance)) / (Math.PI * distance);
  });
});

export interface OverCounter {
  add(samples: Float32Array, length: number): void;
  end(): Overs;
}

/** Finds where one channel passes full scale. It only locates: how high true peaks are, ffmpeg's meters say. */
export function createOverCounter(rate: number): OverCounter {
  const [over, between] = [createRangeList(rate), createRangeList(rate)];
  const kept = 2 * reach;
  let line = new Float32Array(kept);
  let at = -kept; // of the first sample in `line`
  const passes = (from: number): boolean =>
    taps.some((weights) => {
      let sum = 0;
      for (let nth = 0; nth < weights.length; nth += 1) sum += weights[nth]! * line[from + nth]!;
      return Math.abs(sum) > 1;
    });
  const look = (length: number): void => {
    let next = Math.abs(line[reach]!);
    for (let nth = reach; nth + reach < length; nth += 1) {
      const here = next;
      next = Math.abs(line[nth + 1]!);
      if (here < leastNear && next < leastNear) continue;
      if (here > 1) over.add(at + nth, at + nth + 1);
      if (here > 1 || passes(nth - reach + 1)) between.add(at + nth, at + nth + 1);
    }
  };
  const shift = (samples: Float32Array, length: number): void => {
    if (line.length < kept + length) {
      const longer = new Float32Array(kept + length);
      longer.set(line.subarray(0, kept));
      line = longer;
    }
    line.set(samples.subarray(0, length), kept);
    look(kept + length);
    line.copyWithin(0, length, length + kept);
    at += length;
  };
  return {
    add: shift,
    end() {
      shift(new Float32Array(reach), reach);
      return { samples: over.samples(), ranges: over.ranges(), between: between.ranges() };
    },
  };
}

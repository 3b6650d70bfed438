import type { AudioRange } from '../../../contracts/audio-report.ts';
import { rounded } from './decibels.ts';

/** Places in a signal, joined where they are close, as they are found. */
export interface RangeList {
  /** @param from the first sample @param to the one after the last */
  add(from: number, to: number): void;
  /** How many samples were named, in all ranges and those that were too many to keep. */
  samples(): number;
  ranges(): AudioRange[];
}

const most = 200;
const joinSeconds = 0.02;

export function createRangeList(rate: number, gap = joinSeconds): RangeList {
  const found: AudioRange[] = [];
  let samples = 0;
  return {
    add(from, to) {
      samples += to - from;
      const last = found.at(-1);
      if (last !== undefined && from / rate - last[1] <= gap) last[1] = to / rate;
      else if (found.length < most) found.push([from / rate, to / rate]);
    },
    samples: () => samples,
    ranges: () => found.map(([from, to]) => [rounded(from, 4), rounded(to, 4)]),
  };
}

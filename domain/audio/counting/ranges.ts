import type { AudioRange } from '../../../contracts/audio-report.ts';
import { rounded } from './decibels.ts';

/** The most ranges that a report has of one kind. */
const most = 200;

/** Joins ranges that are at most `gap` seconds apart. They come in the order of their beginning. */
export function joined(ranges: readonly AudioRange[], gap: number): AudioRange[] {
  const result: AudioRange[] = [];
  for (const [from, to] of ranges) {
    const last = result.at(-1);
    if (last !== undefined && from - last[1] <= gap) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result
    .slice(0, most)
    .map(([from, to]) => [rounded(Math.max(0, from), 4), rounded(Math.max(0, to), 4)]);
}

/** The stretches of frames that are as asked for. */
export function stretches(
  count: number,
  seconds: number,
  isOne: (frame: number) => boolean,
): AudioRange[] {
  const result: AudioRange[] = [];
  let from = -1;
  for (let frame = 0; frame <= count; frame += 1) {
    const inside = frame < count && isOne(frame);
    if (inside && from < 0) from = frame;
    if (!inside && from >= 0) {
      result.push([rounded(from * seconds, 4), rounded(frame * seconds, 4)]);
      from = -1;
    }
  }
  return result;
}

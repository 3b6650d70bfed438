import type { AudioRange } from '../../../contracts/audio-report.ts';
import { decibelsOfPower } from './decibels.ts';
import { stretches } from './ranges.ts';
import type { Frames } from './frames.ts';

/** Below this a frame is silent. */
const silentDb = -60;
/** How far over the floor a pause may be, in dB, and how long it is at least, in seconds. */
const [pauseDb, leastPause] = [6, 0.29];
const silentPower = 10 ** (silentDb / 10);

/** The level below which this part of the frames is; null where there is none. */
function percentile(powers: Float32Array, part: number): number | null {
  const sorted = powers.filter((one) => one > 0).toSorted();
  const one = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return one === undefined ? null : decibelsOfPower(one);
}

export interface Levels {
  /** The level of the quietest tenth, in dB. */
  noise_floor: number | null;
  /** From the quietest to the loudest tenth of frames, in dB. */
  spread: number | null;
  silences: AudioRange[];
  /** Where only the floor is heard, for 0.3 s or more. */
  pauses: AudioRange[];
}

/** What the levels of frames of 100 ms say: how low the floor is, and where nothing is heard. */
export function levelsOf({ power, seconds }: Frames): Levels {
  const [floor, top] = [percentile(power, 0.1), percentile(power, 0.95)];
  const nearFloor = floor === null ? 0 : 10 ** ((floor + pauseDb) / 10);
  return {
    noise_floor: floor,
    spread: floor === null || top === null ? null : Math.round((top - floor) * 1000) / 1000,
    silences: stretches(power.length, seconds, (frame) => power[frame]! < silentPower),
    pauses: stretches(power.length, seconds, (frame) => power[frame]! < nearFloor)
      .filter(([from, to]) => to - from >= leastPause)
      .slice(0, 200),
  };
}

import { rounded } from '../counting/decibels.ts';
import { firstPass, stepOf, wantedGain, type Loop } from '../master-loop.ts';

/** What a limiter at twice the rate made of a gain: quick to try, and as loud as a whole pass but for some hundredths of a LU. */
export interface Trial {
  /** In dB. */
  gain: number;
  /** LUFS; null where it could not be measured. */
  integrated: number | null;
}

export type NextTrial =
  | { do: 'try'; gain: number; limit: number }
  /** @member gain what the first whole pass begins with */
  | { do: 'begin'; gain: number };

/** Each costs a quarter of a whole pass with its meters. */
const mostTrials = 3;
/** Errors, in LU, from which the rest is reckoned: the first trial knows no slope yet. */
const [closeAtFirst, close] = [0.05, 0.2];
/** Gain for a decibel of loudness, before two trials tell: a limiter that is needed at all takes much of it. */
const firstStep = 1.5;

/** Decides by which gain a master begins, so that mostly its first whole pass is at its target. */
export function nextTrial(loop: Loop, trials: readonly Trial[]): NextTrial {
  const { gain: wanted, limit } = firstPass(loop, null);
  const last = trials.at(-1);
  if (limit === null) return { do: 'begin', gain: wanted };
  if (last === undefined) return { do: 'try', gain: wanted, limit };
  if (last.integrated === null) return { do: 'begin', gain: wanted };
  const error = loop.target.lufs - last.integrated;
  const heard = trials.map(({ gain, integrated }) => ({ gain, integrated: integrated! }));
  const gain = rounded(wantedGain(loop, last.gain + error * stepOf(heard, firstStep)), 4);
  const isClose = Math.abs(error) <= (trials.length === 1 ? closeAtFirst : close);
  // the same gain again: no more is allowed
  const isEnough = isClose || trials.length >= mostTrials || gain === last.gain;
  return isEnough ? { do: 'begin', gain } : { do: 'try', gain, limit };
}

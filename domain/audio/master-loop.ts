import type { AudioTarget, WholeTarget } from '../../contracts/audio.ts';
import { rounded } from './counting/decibels.ts';

/** What the next rendering does: a gain and, if peaks would pass the ceiling, a limiter. Decibels. */
export interface Pass {
  gain: number;
  /** Null: nothing but the gain. */
  limit: number | null;
}

/** What was measured on a written file. */
export interface Written {
  integrated: number;
  true_peak: number;
}

/** What a master is brought to, and what it was. */
export interface Loop {
  target: WholeTarget;
  source: Written;
}

/** The loop so far; every rendering that was measured. */
export interface MasterLoop extends Loop {
  /** What `nextTrial` found to begin with, in dB; null where nothing was tried. */
  first_gain: number | null;
  tried: { pass: Pass; written: Written }[];
}

export type NextPass =
  | { do: 'render'; pass: Pass }
  /** @member trim the last gain of all, which only lowers */
  | { do: 'finish'; pass: Pass; trim: number; written: Written };

const mostPasses = 6;
/** Limiters at four times the rate still let this much through. */
const firstMargin = 0.3;
/** How far from its target a master may be, in LU. */
export const closeEnough = 0.1;
/** Gain for a decibel of loudness: at first, and at most. Renderings this close together say nothing about it. */
const [firstStep, mostStep, leastGained] = [1.2, 5, 0.05];
const digits = 0.001;
/** What the digits of a meter may hide: a linear value of three digits, near full scale, in dB. */
const spare = 0.005;

/** The least peak level that the most gain reduction leaves room for. */
const mostGain = ({ target, source }: Loop): number =>
  target.ceiling_dbtp - source.true_peak + target.max_gain_reduction_db;

/** Whether a pass has the most gain that its peaks may be reduced for. */
export const isCapped = (loop: Loop, { gain }: Pass): boolean => gain >= mostGain(loop) - digits;

/** A gain, lowered to what is allowed. */
export const wantedGain = (loop: Loop, gain: number): number => Math.min(gain, mostGain(loop));

/** The first rendering: the exact gain if its peaks stay below the ceiling, else a limiter. @param gain for that; null: the exact one */
export function firstPass(loop: Loop, gain: number | null): Pass {
  const { target, source } = loop;
  const exact = wantedGain(loop, target.lufs - source.integrated);
  if (source.true_peak + exact <= target.ceiling_dbtp) return rounds({ gain: exact, limit: null });
  return rounds({ gain: gain ?? exact, limit: target.ceiling_dbtp - firstMargin });
}

/**
 * Decides the next rendering of a master: the exact gain if its peaks stay below the ceiling, else a limiter whose limit and
 * gain follow what was measured on the file, at most six times, then a lower gain without a limiter.
 */
export function nextPass(loop: MasterLoop): NextPass {
  const { target, tried } = loop;
  const last = tried.at(-1);
  if (last === undefined) return { do: 'render', pass: firstPass(loop, loop.first_gain) };
  const { pass, written } = last;
  const over = written.true_peak + spare - target.ceiling_dbtp;
  const error = target.lufs - written.integrated;
  const isClose =
    Math.abs(error) <= closeEnough || (error > 0 && isCapped(loop, pass)) || pass.limit === null;
  if (over <= 0 && isClose) return { do: 'finish', pass, trim: 0, written };
  if (tried.length >= mostPasses) return atTheEnd(loop);
  // a hair over: a little less gain changes nothing else, and is still at the target, or all that is allowed
  if (pass.limit === null && (error + over <= closeEnough || target.max_gain_reduction_db === 0))
    return {
      do: 'render',
      pass: rounds({ gain: pass.gain - Math.max(over, digits), limit: null }),
    };
  const limit = (pass.limit ?? target.ceiling_dbtp) - (over > 0 ? over + 0.02 : 0);
  const heard = tried.map((one) => ({ gain: one.pass.gain, integrated: one.written.integrated }));
  const gain = isClose ? pass.gain : wantedGain(loop, pass.gain + error * stepOf(heard));
  return { do: 'render', pass: rounds({ gain, limit }) };
}

/**
 * How much gain a decibel of loudness takes. A limiter gives less back the harder it is driven: the last two renderings tell,
 * and before there are two, a little more than one is likely.
 */
export function stepOf(
  tried: readonly { gain: number; integrated: number }[],
  first = firstStep,
): number {
  const [before, last] = tried.slice(-2);
  if (before === undefined || last === undefined) return first;
  const gained = last.gain - before.gain;
  const louder = last.integrated - before.integrated;
  if (Math.abs(gained) < leastGained) return first;
  return Math.min(mostStep, Math.max(1, gained / Math.max(louder, digits)));
}

/** Of what was tried: the closest that holds the ceiling, else the last one, lowered until it does. */
function atTheEnd({ target, tried }: MasterLoop): NextPass {
  const held = tried
    .filter(({ written }) => written.true_peak + spare <= target.ceiling_dbtp)
    .toSorted((one, other) => missOf(one.written, target) - missOf(other.written, target));
  const best = held[0];
  if (best !== undefined) return { do: 'finish', ...best, trim: 0 };
  const { pass, written } = tried.at(-1)!;
  return {
    do: 'finish',
    pass,
    written,
    trim: rounded(target.ceiling_dbtp - written.true_peak - 0.01),
  };
}

const missOf = ({ integrated }: Written, { lufs }: AudioTarget): number =>
  Math.abs(lufs - integrated);

const rounds = ({ gain, limit }: Pass): Pass => ({
  gain: rounded(gain, 4),
  limit: limit === null ? null : rounded(limit, 4),
});

/** By how much peaks were lowered, in dB. */
export const reductionOf = ({ source, target }: MasterLoop, { gain, limit }: Pass): number =>
  limit === null ? 0 : rounded(Math.max(0, source.true_peak + gain - target.ceiling_dbtp), 2);

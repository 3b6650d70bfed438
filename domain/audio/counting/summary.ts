import type { AudioRange, AudioSpectrum, AudioStereo } from '../../../contracts/audio-report.ts';
import { loudnessOf, type CountedLoudness } from '../loudness/loudness.ts';
import type { ClipRun } from './clip-runs.ts';
import type { Counted } from './counter.ts';
import { rounded } from './decibels.ts';
import { levelsOf, type Levels } from './levels.ts';
import type { Overs } from './overs.ts';
import { joined } from './ranges.ts';
import type { Sibilance } from './spectrum.ts';
import { stereoOf } from './stereo.ts';

/** What was counted over a signal, without its frames: small enough for a file. */
export interface Summary {
  rate: number;
  samples: number;
  not_finite: number;
  not_finite_ranges: AudioRange[];
  same: boolean;
  finer_than_16: number;
  channels: {
    peak: number;
    crossings: number;
    mean: number;
    power: number;
    clips: AudioRange[];
    clip_runs: number;
    clipped_samples: number;
    /** Flat tops below full scale. */
    flat: { ranges: AudioRange[]; runs: number; samples: number; level: number };
    overs: Overs;
  }[];
  loudness: CountedLoudness;
  sibilance: Sibilance;
  levels: Levels;
  stereo: AudioStereo | null;
  /** Where the correlation of 3 s is below the limit. */
  opposite: AudioRange[];
  spectrum: AudioSpectrum;
}

/** Below this correlation over 3 s, channels work against each other. */
export const oppositeBelow = -0.3;
const joinSeconds = 0.02;
const windowSeconds = 3;

export function summaryOf(counted: Counted): Summary {
  const { rate, samples, not_finite, same, finer_than_16, frames, spectrum } = counted;
  const placesOf = (runs: readonly ClipRun[]): AudioRange[] =>
    joined(
      runs.map(({ from, to }) => [from / rate, to / rate]),
      joinSeconds,
    );
  const crossings =
    counted.channels.reduce((sum, one) => sum + one.crossings, 0) / counted.channels.length;
  const pair = counted.channels.length >= 2 ? stereoOf(frames) : null;
  const opposite = (pair?.correlations ?? []).flatMap((one, at): AudioRange[] =>
    one !== null && one < oppositeBelow
      ? [[at * frames.seconds, at * frames.seconds + windowSeconds]]
      : [],
  );
  return {
    rate,
    samples,
    not_finite: not_finite.samples(),
    not_finite_ranges: not_finite.ranges(),
    same,
    finer_than_16,
    channels: counted.channels.map(({ clips, flat, ...channel }) => ({
      ...channel,
      clips: placesOf(clips),
      clip_runs: clips.length,
      flat: {
        ranges: placesOf(flat.runs),
        runs: flat.runs.length,
        samples: flat.samples,
        level: flat.level,
      },
    })),
    loudness: loudnessOf(counted.loudness),
    sibilance: counted.sibilance,
    levels: levelsOf(frames),
    stereo:
      pair === null
        ? null
        : {
            ...pair.stereo,
            bass_correlation: counted.bass === null ? null : rounded(counted.bass),
          },
    opposite: joined(opposite, 0),
    spectrum: {
      ...spectrum,
      zero_crossings: samples === 0 ? null : rounded((crossings * rate) / samples, 1),
    },
  };
}

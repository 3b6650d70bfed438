import type { AudioSpectrum } from '../../../contracts/audio-report.ts';
import { createLoudnessCounter } from '../loudness/loudness-counter.ts';
import { createBassCounter } from './bass.ts';
import { createClipCounter, createFlatTopCounter, type ClipRun } from './clip-runs.ts';
import { createFrameCounter, type Frames } from './frames.ts';
import { createOverCounter, type Overs } from './overs.ts';
import { createRangeList, type RangeList } from './range-list.ts';
import { createSpectrum, type Sibilance } from './spectrum.ts';
import { createWaveform, type Waveform } from './waveform.ts';

/** What one channel was counted to be. */
export interface CountedChannel {
  peak: number;
  /** How often its sign changes. */
  crossings: number;
  /** Mean of all samples. */
  mean: number;
  /** Mean square. */
  power: number;
  clips: ClipRun[];
  clipped_samples: number;
  /** Flat tops below full scale, and how high they are. */
  flat: { runs: ClipRun[]; samples: number; level: number };
  overs: Overs;
}

/** What was counted over a whole signal. */
export interface Counted {
  rate: number;
  /** Of each channel. */
  samples: number;
  not_finite: RangeList;
  /** Whether the first two channels never differ. */
  same: boolean;
  channels: CountedChannel[];
  frames: Frames;
  /** Correlation of the first two channels below 120 Hz; null where there is no bass. */
  bass: number | null;
  waveform: Waveform;
  spectrum: AudioSpectrum;
  sibilance: Sibilance;
  /** Samples whose lowest bits are not those of 16-bit audio, in the first block that has any. */
  finer_than_16: number;
  /** K-weighted mean power of each hundredth of a second. */
  loudness: Float32Array;
}

export interface Counter {
  /** Takes interleaved samples, whole ones of every channel. */
  add(block: Float32Array): void;
  end(): Counted;
}

/**
 * Counts everything that needs every sample, in one pass and with flat memory.
 * @param weights how much each channel counts for loudness; by default all alike
 */
export function createCounter(
  rate: number,
  channels: number,
  weights: readonly number[] = Array.from({ length: channels }, () => 1),
): Counter {
  const each = Array.from({ length: channels }, () => ({
    samples: new Float32Array(0),
    peak: 0,
    crossings: 0,
    isBelow: false,
    sum: 0,
    square: 0,
    clips: createClipCounter(),
    flat: createFlatTopCounter(),
    overs: createOverCounter(rate),
  }));
  const loudness = createLoudnessCounter(rate, weights);
  const frames = createFrameCounter(rate, channels);
  const [waveform, spectrum] = [createWaveform(rate), createSpectrum(rate)];
  const bass = createBassCounter(rate);
  const notFinite = createRangeList(rate);
  let [samples, finer, same] = [0, 0, channels > 1];
  const takeChannel = (channel: number, block: Float32Array, length: number): void => {
    const one = each[channel]!;
    if (one.samples.length < length) one.samples = new Float32Array(length);
    const { samples: own } = one;
    let { peak, sum, square, crossings, isBelow } = one;
    for (let at = 0, from = channel; at < length; at += 1, from += channels) {
      let value = block[from]!;
      if (!Number.isFinite(value)) {
        notFinite.add(samples + at, samples + at + 1);
        value = 0;
      }
      own[at] = value;
      const size = value < 0 ? -value : value;
      if (size > peak) peak = size;
      if (value < 0 !== isBelow && value !== 0) {
        isBelow = !isBelow;
        crossings += 1;
      }
      sum += value;
      square += value * value;
    }
    Object.assign(one, { peak, sum, square, crossings, isBelow });
    one.clips.add(own, length);
    one.flat.add(own, length);
    one.overs.add(own, length);
    loudness.add(channel, own, length);
  };
  return {
    add(block) {
      const length = Math.floor(block.length / channels);
      for (let channel = 0; channel < channels; channel += 1) takeChannel(channel, block, length);
      const lanes = each.map((one) => one.samples);
      const left = lanes[0]!;
      const right = lanes[1] ?? left;
      if (same) same = isSame(left, right, length);
      if (finer === 0) finer = finerThan16(left, length) + finerThan16(right, length);
      frames.add(lanes, length);
      if (channels > 1) bass.add(left, right, length);
      waveform.add(left, right, length);
      spectrum.add(left, right, length);
      samples += length;
    },
    end: () => ({
      rate,
      samples,
      not_finite: notFinite,
      same: same && samples > 0,
      channels: each.map(({ peak, sum, square, crossings, clips, flat, overs }) => {
        const { runs, samples: clipped } = clips.end();
        return {
          peak,
          crossings,
          mean: samples === 0 ? 0 : sum / samples,
          power: samples === 0 ? 0 : square / samples,
          clips: runs,
          clipped_samples: clipped,
          flat: flat.end(),
          overs: overs.end(),
        };
      }),
      frames: frames.end(),
      bass: bass.end(),
      waveform: waveform.end(),
      ...spectrum.end(),
      finer_than_16: finer,
      loudness: loudness.end(),
    }),
  };
}

function isSame(left: Float32Array, right: Float32Array, length: number): boolean {
  for (let at = 0; at < length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

function finerThan16(samples: Float32Array, length: number): number {
  let found = 0;
  for (let at = 0; at < length; at += 1) {
    const step = samples[at]! * 32_768;
    if (step !== Math.trunc(step)) found += 1;
  }
  return found;
}

import type { AudioReport } from '../../contracts/audio-report.ts';
import { decibels, decibelsOfPower, rounded } from './counting/decibels.ts';
import { adviceOf, judge } from './judge.ts';
import { shortestSeconds, type Described, type Measured } from './measure/measured.ts';

const difference = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : rounded(one - other, 2);

/** Everything that is known of a file. What there is nothing to measure of is null. */
export function reportOf(
  measured: Measured,
  described: Described | null,
  tools: Record<string, string>,
): AudioReport {
  const { source, meter, counted, dual_mono } = measured;
  const issues = judge(measured, described);
  const unfinished: AudioReport['unfinished'] = [
    ...(measured.unmetered ? (['meter'] as const) : []),
    ...(described?.unfinished ?? []),
  ];
  const isShort = source.seconds < shortestSeconds;
  const isHeard = !isShort && meter.integrated !== null;
  const mean =
    counted.channels.reduce((sum, { power }) => sum + power, 0) / counted.channels.length;
  const peak = decibels(Math.max(0, ...counted.channels.map((one) => one.peak)));
  const rms = decibelsOfPower(mean);
  return {
    source,
    loudness: {
      integrated: isHeard ? meter.integrated : null,
      range: isHeard && source.seconds >= 3 ? meter.range : null,
      momentary_max: isHeard ? counted.loudness.momentary_max : null,
      short_term_max: isHeard ? counted.loudness.short_term_max : null,
      reason: isHeard ? null : isShort ? 'too_short' : 'silent',
      measured_as: source.channels > 1 ? 'channels' : dual_mono ? 'dual_mono' : 'mono',
      curves: counted.loudness.curves,
    },
    peaks: {
      sample: peak,
      true: peak === null ? null : meter.true_peak,
      channels: meter.true_peaks,
    },
    dynamics: {
      rms,
      crest: difference(peak, rms),
      peak_to_short_term: difference(meter.true_peak, counted.loudness.short_term_max),
      frames: counted.levels.spread,
      noise_floor: counted.levels.noise_floor,
    },
    spectrum: counted.spectrum,
    stereo: counted.stereo,
    dc: counted.channels.map((one) => rounded(one.mean, 6)),
    tempo: isHeard ? (described?.tempo ?? null) : null,
    key: isHeard ? (described?.key ?? null) : null,
    issues,
    recommendations: adviceOf(measured, issues),
    chain: [],
    master: null,
    tools,
    degraded: unfinished.length > 0,
    unfinished,
  };
}

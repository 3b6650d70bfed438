import type { AudioIssue, AudioRange } from '../../../contracts/audio-report.ts';
import { decibels } from '../counting/decibels.ts';
import type { Measured } from '../measure/measured.ts';
import { issue } from './issue.ts';

const full = 1;
const fewestInARow = 3;
/** Fewer flat tops than this are chance. */
const fewestFlatTops = 10;
const most = 200;

const inOrder = (ranges: AudioRange[]): AudioRange[] =>
  ranges.toSorted(([one], [other]) => one - other).slice(0, most);

/** What is wrong with the peaks of a file: cut off, or over full scale. */
export function peakIssues({ meter, counted }: Measured): AudioIssue[] {
  const each = counted.channels.map((one, nth) => ({ ...one, channel: nth + 1 }));
  const found: AudioIssue[] = [];
  const cut = each.filter((one) => one.clip_runs > 0);
  if (cut.length > 0) {
    const samples = cut.reduce((sum, one) => sum + one.clipped_samples, 0);
    found.push(
      issue('clipping', 'high', {
        ranges: inOrder(cut.flatMap(({ clips }) => clips)),
        channels: cut.map(({ channel }) => channel),
        value: samples,
        threshold: fewestInARow,
        because: `${samples} samples are cut off at full scale`,
        fix: 'Lower the level before the export; a repair after it is a guess',
      }),
    );
  }
  const flat = each.filter((one) => one.flat.runs >= fewestFlatTops);
  if (flat.length > 0) {
    const samples = flat.reduce((sum, one) => sum + one.flat.samples, 0);
    const level = decibels(Math.max(...flat.map((one) => one.flat.level)));
    found.push(
      issue('clipping_suspected', 'warn', {
        ranges: inOrder(flat.flatMap((one) => one.flat.ranges)),
        channels: flat.map(({ channel }) => channel),
        value: samples,
        threshold: fewestFlatTops,
        because: `${samples} samples make flat tops at ${level} dBFS, as if it had been cut off and turned down`,
        fix: 'Look for the limiter or the converter that cut it, and export it again below that',
      }),
    );
  }
  const over = each.filter(({ peak }) => peak > full);
  if (over.length > 0)
    found.push(
      issue('over_full_scale', 'warn', {
        ranges: inOrder(over.flatMap(({ overs }) => overs.ranges)),
        channels: over.map(({ channel }) => channel),
        value: decibels(Math.max(...over.map(({ peak }) => peak))),
        threshold: 0,
        because: 'samples are over full scale, which only a floating-point file can hold',
        fix: 'Lower it before any format with whole numbers; mastering here does',
      }),
    );
  const between = each.filter((_, nth) => (meter.true_peaks[nth] ?? 0) > 0);
  if (meter.true_peak !== null && meter.true_peak > 0 && over.length === 0)
    found.push(
      issue('true_peak_over', 'warn', {
        ranges: inOrder(between.flatMap(({ overs }) => overs.between)),
        channels: between.map(({ channel }) => channel),
        value: meter.true_peak,
        threshold: 0,
        because: 'between its samples the signal passes full scale',
        fix: 'Leave 1 dB below full scale',
      }),
    );
  return found;
}

import type { AudioIssue } from '../../contracts/audio-report.ts';
import { fileIssues } from './issues/file-issues.ts';
import { levelIssues } from './issues/level-issues.ts';
import { peakIssues } from './issues/peak-issues.ts';
import { soundIssues } from './issues/sound-issues.ts';
import { stereoIssues } from './issues/stereo-issues.ts';
import type { Described, Measured } from './measure/measured.ts';

const weight: Record<AudioIssue['severity'], number> = { high: 0, warn: 1, info: 2 };

/** What is wrong with a file, and where: the worst first. */
export const judge = (measured: Measured, described: Described | null): AudioIssue[] =>
  [
    ...levelIssues(measured),
    ...peakIssues(measured),
    ...fileIssues(measured),
    ...stereoIssues(measured),
    ...soundIssues(measured, described),
  ].toSorted((one, other) => weight[one.severity] - weight[other.severity]);

const peakAdvice = -3;
const loudnessAdvice = -14;
const leastSpread = 6;

/** What to do next with a mix that is to be mastered. */
export function adviceOf({ meter, counted }: Measured, issues: readonly AudioIssue[]): string[] {
  const { integrated, true_peak } = meter;
  if (integrated === null || true_peak === null) return [];
  const spread = counted.levels.spread;
  return [
    ...issues.filter(({ severity }) => severity === 'high').map(({ fix }) => fix),
    ...(true_peak > peakAdvice
      ? [`Leave some room for mastering: its peak is at ${true_peak.toFixed(1)} dBTP.`]
      : []),
    ...(integrated > loudnessAdvice
      ? [`It is louder (${integrated.toFixed(1)} LUFS) than streaming plays it (-14 LUFS).`]
      : []),
    ...(spread !== null && spread < leastSpread
      ? ['It has little dynamics left; take some compression out of the mix.']
      : []),
  ];
}

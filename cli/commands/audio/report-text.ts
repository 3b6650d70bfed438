import type { AudioIssue, AudioReport } from '../../../contracts/audio-report.ts';

const figure = (value: number | null, unit: string): string =>
  value === null ? '–' : `${value.toFixed(1)} ${unit}`;

const rangesOf = ({ ranges }: AudioIssue): string =>
  ranges
    .slice(0, 5)
    .map(([from, to]) => `${from.toFixed(2)}–${to.toFixed(2)} s`)
    .concat(ranges.length > 5 ? [`and ${ranges.length - 5} more`] : [])
    .join(', ');

/** A report for people: what it is, what is wrong and where, and what was done. */
export function reportText(report: AudioReport): string {
  const {
    source,
    loudness,
    peaks,
    tempo,
    key,
    issues,
    chain,
    not_in_project = [],
    master,
  } = report;
  const { rate, channels, seconds, audio_path } = source;
  const about = `${audio_path}: ${seconds.toFixed(1)} s, ${rate} Hz, ${channels} channel${channels === 1 ? '' : 's'}`;
  const heard = [
    ...(tempo === null ? [] : [`${tempo.bpm} bpm`]),
    ...(key === null ? [] : [`${key.name} ${key.scale}`]),
  ];
  return [
    about,
    `loudness ${figure(loudness.integrated, 'LUFS')}, range ${figure(loudness.range, 'LU')}, true peak ${figure(peaks.true, 'dBTP')}`,
    ...(heard.length === 0 ? [] : [heard.join(', ')]),
    ...issues.map((one) => {
      const where = rangesOf(one);
      return `${one.severity} ${one.kind}${where === '' ? '' : ` at ${where}`}: ${one.because}. ${one.fix}`;
    }),
    ...chain.map((one) => `${one.effect} ${JSON.stringify(one.settings)}: ${one.because}`),
    ...(not_in_project.length === 0
      ? []
      : [`not in the REAPER project: ${not_in_project.join(', ')}`]),
    ...(master === null
      ? []
      : [
          `master: ${figure(master.integrated, 'LUFS')}, ${figure(master.true_peak, 'dBTP')} after ${master.passes} ${master.passes === 1 ? 'pass' : 'passes'}`,
        ]),
  ].join('\n');
}

import type { AudioIssue } from '../../../contracts/audio-report.ts';
import { rounded } from '../counting/decibels.ts';
import { shortestSeconds, type Measured } from '../measure/measured.ts';
import { issue } from './issue.ts';

const mostDc = 0.001;
const loudest = -8;
/** Peaks that are this close to the loudest 3 s were squashed; below what services play, that is a matter of taste. */
const [leastPsr, served] = [6, -14];

/** What is wrong with the levels of a file. */
export function levelIssues({ source, meter, counted }: Measured): AudioIssue[] {
  const found: AudioIssue[] = [];
  if (counted.not_finite > 0)
    found.push(
      issue('not_finite', 'high', {
        ranges: counted.not_finite_ranges,
        value: counted.not_finite,
        threshold: 0,
        because: `${counted.not_finite} samples are no numbers`,
        fix: 'Export the file again; they were taken as silence here',
      }),
    );
  if (source.seconds < shortestSeconds)
    found.push(
      issue('too_short', 'high', {
        value: rounded(source.seconds),
        threshold: shortestSeconds,
        because: 'loudness needs 400 ms of sound',
        fix: 'Use a longer file',
      }),
    );
  const isSilent = counted.channels.every(({ peak }) => peak === 0) || meter.integrated === null;
  if (isSilent && source.seconds >= shortestSeconds)
    found.push(
      issue('silent', 'high', {
        value: meter.true_peak,
        because: 'nothing in it is loud enough to be measured',
        fix: 'Check what was exported: tracks may be muted',
      }),
    );
  const offset = counted.channels.flatMap(({ mean }, nth) =>
    Math.abs(mean) > mostDc ? [{ nth, mean }] : [],
  );
  if (offset.length > 0)
    found.push(
      issue('dc_offset', 'warn', {
        channels: offset.map(({ nth }) => nth + 1),
        value: rounded(Math.max(...offset.map(({ mean }) => Math.abs(mean))), 5),
        threshold: mostDc,
        because: 'the signal does not swing around zero',
        fix: 'A high-pass at 20 Hz removes it',
      }),
    );
  return [...found, ...tooLoud({ meter })];
}

function tooLoud({ meter }: Pick<Measured, 'meter'>): AudioIssue[] {
  const { integrated, true_peak, short_term_max } = meter;
  if (integrated === null) return [];
  const psr =
    true_peak === null || short_term_max === null ? null : rounded(true_peak - short_term_max, 1);
  const isSquashed = psr !== null && psr < leastPsr && integrated > served;
  if (integrated <= loudest && !isSquashed) return [];
  const isLoud = integrated > loudest;
  return [
    issue('too_loud', 'warn', {
      value: isLoud ? integrated : psr,
      threshold: isLoud ? loudest : leastPsr,
      because: `it is at ${integrated} LUFS${psr === null ? '' : `, with ${psr} dB of peaks over its loudest 3 s`}`,
      fix: 'Services turn it down; take some limiting out of it',
    }),
  ];
}

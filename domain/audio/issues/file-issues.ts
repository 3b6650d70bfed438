import type { AudioIssue } from '../../../contracts/audio-report.ts';
import type { Measured } from '../measure/measured.ts';
import { issue } from './issue.ts';

/** What is wrong with a file itself. */
export function fileIssues({ source, facts, counted }: Measured): AudioIssue[] {
  const found: AudioIssue[] = [];
  if (facts.missing_bytes > 0)
    found.push(
      issue('truncated', 'high', {
        value: facts.missing_bytes,
        threshold: 0,
        because: `its header promises ${facts.missing_bytes} bytes more than there are`,
        fix: 'Copy or export it again',
      }),
    );
  if (facts.trailing_bytes > 0)
    found.push(
      issue('trailing_data', 'warn', {
        value: facts.trailing_bytes,
        threshold: 0,
        because: `${facts.trailing_bytes} bytes behind its sound belong to no part of it`,
        fix: 'Export it again, if you did not put them there',
      }),
    );
  if (facts.decode_errors > 0)
    found.push(
      issue('corrupt', 'high', {
        value: facts.decode_errors,
        threshold: 0,
        because: `${facts.decode_errors} parts of it could not be decoded, and are missing or silent`,
        fix: 'Copy or export it again',
      }),
    );
  if (source.layout_guessed && source.channels > 2)
    found.push(
      issue('layout_guessed', 'warn', {
        value: source.channels,
        because: `its header does not say which channel is where; ${source.layout} was taken`,
        fix: 'Export it with a layout of its channels',
      }),
    );
  if (facts.wrong_name)
    found.push(
      issue('wrong_name', 'info', {
        because: `its name says another format; it is ${source.container}`,
        fix: 'Rename it',
      }),
    );
  if (facts.wanted_rate !== null && facts.wanted_rate !== source.rate)
    found.push(
      issue('other_rate', 'info', {
        value: source.rate,
        threshold: facts.wanted_rate,
        because: `it has ${source.rate} Hz, and ${facts.wanted_rate} are asked for; it was measured as it is`,
        fix: 'Export it at that rate, or master it with format.rate',
      }),
    );
  const isEmptyBelow16 = counted.samples > 0 && counted.finer_than_16 === 0;
  if (source.bits !== null && source.bits > 16 && isEmptyBelow16)
    found.push(
      issue('low_bits', 'info', {
        value: 16,
        threshold: source.bits,
        because: `it has ${source.bits} bits a sample, of which 16 are used`,
        fix: 'Export it from the session, not from a 16-bit file',
      }),
    );
  return found;
}

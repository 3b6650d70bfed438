import type { AudioIssue } from '../../../contracts/audio-report.ts';

/** An issue, with what is left out empty. */
export const issue = (
  kind: AudioIssue['kind'],
  severity: AudioIssue['severity'],
  what: Partial<AudioIssue> & Pick<AudioIssue, 'because' | 'fix'>,
): AudioIssue => ({
  kind,
  severity,
  ranges: [],
  channels: [],
  value: null,
  threshold: null,
  ...what,
});

import { expect, test } from 'vitest';
import { reportText } from '../../../cli/commands/audio/report-text.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';

test('a report for people names what its REAPER project lacks, and nothing where it lacks nothing', () => {
  const text = reportText({ ...reportExample, not_in_project: ['declip', 'de_esser'] });
  expect(text).toContain('not in the REAPER project: declip, de_esser');
  for (const none of [
    reportText(reportExample),
    reportText({ ...reportExample, not_in_project: [] }),
  ])
    expect(none).not.toContain('REAPER');
});

import type { ReportFile } from '../../../contracts/checks.ts';
import { html } from './html.ts';
import { ctrf, summary, testResults } from './json-reports.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Report } from './report.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The writers of a report's files. `summary.json` is last: its presence shows that the others are whole. */
export const writers: Record<ReportFile, (report: Report) => string> = {
  'test_results.json': (report) => json(testResults(report)),
  'ctrf.json': (report) => json(ctrf(report)),
  'junit.xml': junit,
  'report.html': html,
  'report.md': markdown,
  'summary.json': (report) => json(summary(report)),
};

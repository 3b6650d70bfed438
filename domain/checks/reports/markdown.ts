import { isBad, verdictLine, type Report } from './report.ts';

/** `report.md`, short enough for a chat. */
export function markdown(report: Report): string {
  const { run, results, receipt } = report;
  const notPassed = results.filter(({ status }) => status !== 'passed');
  const left =
    receipt === null
      ? []
      : [
          `Window ${receipt.window_id} closed; left running: ${receipt.residue.join(', ') || 'nothing'}.`,
        ];
  return [
    `**${plain(verdictLine(report))}**`,
    '',
    ...(run.detail === null ? [] : [plain(run.detail), '']),
    ...notPassed.map(
      ({ suite, name, status, cause, detail }) =>
        `- ${isBad(status) ? '✗' : '–'} ${plain(`${suite}/${name}`)} **${status}** ${plain([cause, detail].filter(Boolean).join(': '))}`,
    ),
    ...left,
    '',
  ].join('\n');
}

/** A text that Markdown shows as it is, on one line. */
const plain = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\\`*_{}[\]<>#|]/g, '\\$&')
    .slice(0, 500);

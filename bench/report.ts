import type { Figures, Result } from './measure.ts';

const number = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(Math.abs(value) < 10 ? 1 : 0);

const told = ({ p50, p95, n }: Figures, unit: string): string =>
  `${number(p50)}${n > 1 ? ` (${number(p95)})` : ''} ${unit}`;

/** The median of ours against that of the plain thing, in the form that its bar has. */
function compared({ ratio, difference, unit }: Result): string {
  if (ratio !== undefined) return `${ratio.toFixed(2)} ×`;
  if (difference !== undefined)
    return `${difference < 0 ? '−' : '+'}${number(Math.abs(difference))} ${unit}`;
  return '–';
}

const columns = ['measure', 'ours p50 (p95)', 'plain p50 (p95)', 'compared', 'bar', 'met', 'n'];
const row = (result: Result): string[] => [
  result.name,
  told(result.ours, result.unit),
  result.plain === null ? '–' : told(result.plain, result.unit),
  compared(result),
  result.bar,
  result.met ? 'yes' : '**no**',
  String(result.n),
];

/** The table as Markdown, as wide as its widest cells. */
export function table(results: Result[]): string {
  const rows = results.map(row);
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => cells[column]!.length)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}

/** What stands behind each line of the table. */
export const notes = (results: Result[]): string =>
  results
    .flatMap(({ name, notes: lines }) => lines.map((line) => `- ${name}: ${line}.`))
    .join('\n');

import type { Figures, Result } from './measure.ts';

const number = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(Math.abs(value) < 10 ? 1 : 0);

const figuresText = ({ p50, p95, n }: Figures, unit: string): string =>
  `${number(p50)}${n > 1 ? ` (${number(p95)})` : ''} ${unit}`;

/** Compares our median with that of the plain tool, as a ratio or a difference like its bar. */
function compared({ ratio, difference, unit }: Result): string {
  if (ratio !== undefined) return `${ratio.toFixed(2)} ×`;
  if (difference !== undefined)
    return `${difference < 0 ? '−' : '+'}${number(Math.abs(difference))} ${unit}`;
  return '–';
}

const columns = ['measure', 'ours p50 (p95)', 'plain p50 (p95)', 'compared', 'bar', 'met', 'n'];
const row = (result: Result): string[] => [
  result.name,
  figuresText(result.ours, result.unit),
  result.plain === null ? '–' : figuresText(result.plain, result.unit),
  compared(result),
  result.bar,
  result.met ? 'yes' : '**no**',
  String(result.n),
];

/** Formats the results as a Markdown table, in columns as wide as their widest cell. */
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

/** Formats the notes of all results as a Markdown list. */
export const notes = (results: Result[]): string =>
  results
    .flatMap(({ name, notes: lines }) => lines.map((line) => `- ${name}: ${line}.`))
    .join('\n');

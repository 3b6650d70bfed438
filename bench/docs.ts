import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notes, table } from './report.ts';
import type { Run } from './run-file.ts';

const file = join(import.meta.dirname, '../docs/benchmarks.md');
const begin =
  '<!-- bench: begin. Written by `npm run bench -- --write-docs`; edit what is outside. -->';
const end = '<!-- bench: end -->';

/** Writes a run between the markers of docs/benchmarks.md. Throws if the markers are missing. */
export function writeDocs(run: Run): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/benchmarks.md has lost its markers');
  const written = [begin, '', ...body(run), '', end].join('\n');
  writeFileSync(file, text.slice(0, from) + written + text.slice(to + end.length));
}

function body(run: Run): string[] {
  const kind = run.quick ? 'Quick runs (5 samples, only to check that the bench works)' : 'Taken';
  const parts = run.parts.map(
    ({ at, load, seconds, measures }) =>
      `- ${at.slice(0, 16).replace('T', ' ')} UTC, load ${load.toFixed(1)} before it began, ${Math.ceil(seconds / 60)} minutes: ${measures.join(', ')}`,
  );
  return [
    `${kind} on ${run.machine}. Each row was measured in one run; measures that were repeated show the newest run:`,
    '',
    ...parts,
    '',
    table(run.results),
    '',
    notes(run.results),
    ...run.failed.map(({ name, error }) => `- ${name}: no figure, because it failed: ${error}`),
  ];
}

import { formatPatch, structuredPatch, type StructuredPatchHunk } from 'diff';
import type { FileChange } from './edit.ts';

/** Lines of difference beyond which a file is shown as replaced: the search for the least takes their square. */
const mostEdits = 1000;

/** The patch as `git diff` would print it; `git apply` makes the same bytes of it. */
export const unifiedDiff = (files: readonly FileChange[]): string =>
  inOrder(files)
    .map(({ path, before, after }) => {
      const modes = before?.mode !== after?.mode;
      return formatPatch({
        oldFileName: before === null ? '/dev/null' : `a/${path}`,
        newFileName: after === null ? '/dev/null' : `b/${path}`,
        oldHeader: undefined,
        newHeader: undefined,
        isGit: true,
        isCreate: before === null,
        isDelete: after === null,
        ...(modes && before !== null && { oldMode: gitMode(before.mode) }),
        ...(modes && after !== null && { newMode: gitMode(after.mode) }),
        hunks: hunksOf(before?.text ?? '', after?.text ?? ''),
      });
    })
    .join('');

/** How much a patch changes: a line that is replaced counts twice. */
export function patchSize(files: readonly FileChange[]): {
  files: number;
  added: number;
  removed: number;
} {
  const lines = files
    .flatMap(({ before, after }) => hunksOf(before?.text ?? '', after?.text ?? ''))
    .flatMap((hunk) => hunk.lines);
  return {
    files: files.length,
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** One patch has one text, whatever the order of its files. */
const inOrder = (files: readonly FileChange[]): FileChange[] =>
  files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

const gitMode = (mode: number): string => `100${mode.toString(8).padStart(3, '0')}`;

function hunksOf(before: string, after: string): StructuredPatchHunk[] {
  if (before === after) return [];
  const options = { context: 3, maxEditLength: mostEdits };
  const patch = structuredPatch('', '', before, after, undefined, undefined, options);
  return patch?.hunks ?? [replaced(before, after)];
}

function replaced(before: string, after: string): StructuredPatchHunk {
  const linesOf = (text: string, sign: string): string[] =>
    text
      .split(/(?<=\n)/)
      .filter((line) => line !== '')
      .flatMap((line) =>
        line.endsWith('\n')
          ? [`${sign}${line.slice(0, -1)}`]
          : [`${sign}${line}`, '\\ No newline at end of file'],
      );
  const [removed, added] = [linesOf(before, '-'), linesOf(after, '+')];
  const count = (lines: string[]): number => lines.filter((line) => !line.startsWith('\\')).length;
  return {
    oldStart: 1,
    oldLines: count(removed),
    newStart: 1,
    newLines: count(added),
    lines: [...removed, ...added],
  };
}

/** A line of a file, and its number from 1. */
export interface NumberedLine {
  line: number;
  text: string;
}

/** The lines that a patch adds to a file, by their place after it, and those that it removes, by their place before. */
export function changedLines({ before, after }: FileChange): {
  added: NumberedLine[];
  removed: NumberedLine[];
} {
  const [added, removed]: NumberedLine[][] = [[], []];
  for (const hunk of hunksOf(before?.text ?? '', after?.text ?? '')) {
    let [was, is] = [hunk.oldStart, hunk.newStart];
    for (const marked of hunk.lines) {
      const text = marked.slice(1).replace(/\r$/, '');
      if (marked.startsWith('+')) added!.push({ line: is, text });
      if (marked.startsWith('-')) removed!.push({ line: was, text });
      if (!marked.startsWith('-') && !marked.startsWith('\\')) is += 1;
      if (!marked.startsWith('+') && !marked.startsWith('\\')) was += 1;
    }
  }
  return { added: added!, removed: removed! };
}

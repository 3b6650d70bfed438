import { applyPatch, structuredPatch } from 'diff';
import type { PatchedFile } from './edit.ts';

/** A patch without one of its parts. */
export interface WithoutPart {
  /** The part that is left out, as `path:line`. */
  part: string;
  files: PatchedFile[];
}

/** More parts than this are not tried one by one. */
const mostParts = 6;

/**
 * Each way to leave out one part of a patch; none for a patch of one part. A part is a run of lines, all
 * line ends of a file, a mode, or a new file.
 */
export function withoutEachPart(files: readonly PatchedFile[]): WithoutPart[] {
  const parts = files.flatMap(partsOf);
  if (parts.length < 2) return [];
  return parts.slice(0, mostParts).map(({ part, file, without }) => ({
    part,
    files: files.flatMap((one) => (one === file ? (without ?? []) : [one])),
  }));
}

interface Part {
  part: string;
  file: PatchedFile;
  /** The file without this part; null if nothing of its change is left. */
  without: PatchedFile | null;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function partsOf(file: PatchedFile): Part[] {
  const { path, before, after } = file;
  // what only git reads shows in no copy
  if (baseName(path) === '.gitattributes') return [];
  if (before === null) return [{ part: path, file, without: null }];
  const unix = (text: string): string => text.replaceAll('\r\n', '\n');
  if (before.mode === after.mode && unix(before.text) === unix(after.text))
    return [{ part: `the line ends of ${path}`, file, without: null }];
  const patch = structuredPatch('', '', before.text, after.text, undefined, undefined, {
    context: 0,
  });
  const changed = (without: PatchedFile): PatchedFile | null =>
    without.after.text === before.text && without.after.mode === before.mode ? null : without;
  const ofLines = patch.hunks.map((hunk): Part => {
    const hunks = patch.hunks.filter((other) => other !== hunk);
    const text = applyPatch(before.text, { ...patch, hunks }, { autoConvertLineEndings: false });
    const less = { ...file, after: { ...after, text: text === false ? after.text : text } };
    return { part: `${path}:${hunk.oldStart}`, file, without: changed(less) };
  });
  if (before.mode === after.mode) return ofLines;
  const sameMode = { ...file, after: { ...after, mode: before.mode } };
  return [...ofLines, { part: `the mode of ${path}`, file, without: changed(sameMode) }];
}

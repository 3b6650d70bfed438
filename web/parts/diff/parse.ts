import { parsePatch } from 'diff';

/** One line of a unified diff. `before` and `after` are its line numbers; null where it has none. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'note';
  before: number | null;
  after: number | null;
  text: string;
}

/** One file of a unified diff. */
export interface DiffFile {
  path: string;
  added: number;
  removed: number;
  /** What becomes of the file as a whole. */
  fate: 'changed' | 'created' | 'removed';
  /** Its mode before and after, if that changes. */
  modes: readonly [before: string, after: string] | null;
  hunks: DiffLine[][];
}

const kinds = { '+': 'added', '-': 'removed', ' ': 'same', '': 'same' } as const;
const isSigned = (sign: string): sign is keyof typeof kinds => sign in kinds;

/** Reads a unified diff as git writes it; empty for a text that is none. */
export function parseDiff(text: string): DiffFile[] {
  try {
    const files = parsePatch(text).map(({ oldFileName, newFileName, hunks, ...git }): DiffFile => {
      const { isCreate = false, isDelete = false, oldMode, newMode } = git;
      const fate = isCreate ? 'created' : isDelete ? 'removed' : 'changed';
      const name = (isDelete ? oldFileName : newFileName) ?? oldFileName ?? '';
      const lines = hunks.map(({ oldStart, newStart, lines: of }) =>
        numbered(of, oldStart, newStart),
      );
      const count = (kind: DiffLine['kind']): number =>
        lines.flat().filter((line) => line.kind === kind).length;
      return {
        path: name.replace(/^[ab]\//, ''),
        added: count('added'),
        removed: count('removed'),
        fate,
        modes:
          fate === 'changed' && oldMode !== undefined && newMode !== undefined
            ? [oldMode, newMode]
            : null,
        hunks: lines,
      };
    });
    return files.every(({ path }) => path !== '') ? files : [];
  } catch {
    return [];
  }
}

function numbered(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  let [before, after] = [oldStart, newStart];
  return lines.map((line): DiffLine => {
    const sign = line.slice(0, 1);
    if (!isSigned(sign)) return { kind: 'note', before: null, after: null, text: line };
    const kind = kinds[sign];
    const text = line.slice(1);
    if (kind === 'added') return { kind, before: null, after: after++, text };
    if (kind === 'removed') return { kind, before: before++, after: null, text };
    return { kind, before: before++, after: after++, text };
  });
}

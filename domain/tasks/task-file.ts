/** The file name of the code under /task, by kind of program. */
export const programFiles = { python: 'main.py', shell: 'main.sh', node: 'main.js' } as const;

export interface FileProblem {
  /** Index in the list. */
  index: number;
  problem: string;
}

const mostDepth = 16;
const mostPathBytes = 1024;
const mostNameBytes = 255;
const utf8 = new TextEncoder();

/**
 * Checks the paths of a task's files: they must be relative, plain, below /task and unique. File contents are not
 * checked. Returns the invalid ones; empty if all are valid.
 * @param kind of the program; the name of its own file is reserved
 */
export function checkTaskFiles(
  paths: readonly string[],
  kind: keyof typeof programFiles | 'command',
): FileProblem[] {
  const taken = new Map<string, 'file' | 'folder'>([['out', 'folder']]);
  if (kind !== 'command') taken.set(programFiles[kind], 'file');
  return paths.flatMap((path, index) => {
    const problem = pathProblem(path) ?? clashOf(path, taken);
    return problem === null ? [] : [{ index, problem }];
  });
}

/** Why a path is not a plain path below its folder; null if it is. */
export function pathProblem(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.startsWith('/')) return 'must be relative';
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/u.test(path)) return 'contains a control character';
  if (!path.isWellFormed()) return 'is not Unicode';
  if (utf8.encode(path).length > mostPathBytes) return `is longer than ${mostPathBytes} bytes`;
  const names = path.split('/');
  if (names.length > mostDepth) return `is more than ${mostDepth} folders deep`;
  if (names.some((name) => name === '' || name === '.' || name === '..'))
    return 'must not contain empty, `.` or `..` segments';
  if (names.some((name) => utf8.encode(name).length > mostNameBytes))
    return `has a name longer than ${mostNameBytes} bytes`;
  return null;
}

/** Returns a problem if the path conflicts with an earlier one; otherwise records it. */
function clashOf(path: string, taken: Map<string, 'file' | 'folder'>): string | null {
  if (taken.has(path)) return 'appears twice, or is the name of the program file';
  const names = path.split('/');
  const folders = names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('/'));
  if (folders.some((folder) => taken.get(folder) === 'file'))
    return 'is inside a path that is a file';
  for (const folder of folders) taken.set(folder, 'folder');
  taken.set(path, 'file');
  return null;
}

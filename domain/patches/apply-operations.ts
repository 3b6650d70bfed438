import type { Operation, PatchedFile, SourceFile } from './edit.ts';
import { matchesAny, pathProblem, type PathScope } from './path-scope.ts';

/** Why operations cannot be applied, in one word. */
export type Refusal =
  | 'empty'
  | 'stale'
  | 'overlap'
  | 'missing'
  | 'exists'
  | 'not_text'
  | 'bad_path'
  | 'outside'
  | 'protected'
  | 'mode';

export type Applied =
  | { ok: true; files: PatchedFile[] }
  | { ok: false; refusal: Refusal; path: string | null; because: string };

/** Everything may be written that is a normal path. */
const anywhere: PathScope = { paths: ['.'], protect: [] };

/**
 * Applies operations to the files as they are now, all of them or none. Every byte that no operation names stays.
 *
 * @param sources the files that the operations name, as far as they exist
 * @param scope where the policy lets a patch write
 */
export function applyOperations(
  operations: readonly Operation[],
  sources: readonly SourceFile[],
  scope: PathScope = anywhere,
): Applied {
  const now = new Map(sources.map((file) => [file.path, file]));
  const files: PatchedFile[] = [];
  for (const [path, own] of Map.groupBy(operations, (one) => one.path)) {
    const file = placeProblem(path, scope) ?? applyToFile(path, own, now);
    if ('refusal' in file) return file;
    if (file.before?.text !== file.after.text || file.before.mode !== file.after.mode)
      files.push(file);
  }
  return files.length > 0 ? { ok: true, files } : refuse('empty', null, 'it changes nothing');
}

type Refused = Extract<Applied, { ok: false }>;
const refuse = (refusal: Refusal, path: string | null, because: string): Refused => ({
  ok: false,
  refusal,
  path,
  because: path === null ? because : `${path}: ${because}`,
});

function placeProblem(path: string, { paths, protect }: PathScope): Refused | null {
  const problem = pathProblem(path);
  if (problem !== null) return refuse('bad_path', path, problem);
  if (!matchesAny(paths, path)) return refuse('outside', path, 'the policy names other paths');
  return matchesAny(protect, path) ? refuse('protected', path, 'the policy protects it') : null;
}

function applyToFile(
  path: string,
  operations: readonly Operation[],
  now: ReadonlyMap<string, SourceFile>,
): PatchedFile | Refused {
  const source = now.get(path);
  const [created, ...more] = operations.filter((one) => one.kind === 'create');
  if (created !== undefined) {
    if (source !== undefined) return refuse('exists', path, 'it is there already');
    if (more.length > 0 || operations.length > 1)
      return refuse('overlap', path, 'it is created and changed at once');
    return textProblem(path, created.text) ?? newFile(created, now);
  }
  if (source === undefined) return refuse('missing', path, 'it is not there');
  const modes = operations.filter((one) => one.kind === 'mode');
  if (modes.length > 1) return refuse('overlap', path, 'its mode is set twice');
  const [mode] = modes;
  if (mode !== undefined && mode.expected !== source.mode)
    return refuse('stale', path, 'its mode is another one now');
  const after = mode?.mode ?? source.mode;
  if (mode !== undefined && !isMode(after)) return refuse('mode', path, 'no mode of a file');
  const text = applyEdits(source, operations);
  if (typeof text !== 'string') return text;
  return (
    textProblem(path, text) ?? {
      path,
      before: { text: source.text, mode: source.mode },
      after: { text, mode: after },
    }
  );
}

function newFile(
  { path, text, mode }: Extract<Operation, { kind: 'create' }>,
  now: ReadonlyMap<string, SourceFile>,
): PatchedFile | Refused {
  if (!isMode(mode)) return refuse('mode', path, 'no mode of a file');
  const segments = path.split('/');
  const folders = segments.map((_, at) => segments.slice(0, at).join('/'));
  if (folders.some((folder) => now.has(folder)))
    return refuse('exists', path, 'a file stands where its folder would be');
  return { path, before: null, after: { text, mode } };
}

/** Permission bits only: no patch sets setuid, setgid or sticky. */
const isMode = (mode: number): boolean => Number.isInteger(mode) && mode >= 0 && mode <= 0o777;

function applyEdits(source: SourceFile, operations: readonly Operation[]): string | Refused {
  const edits = operations
    .filter((one) => one.kind === 'edit')
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let done = 0;
  let last: (typeof edits)[number] | null = null;
  for (const edit of edits) {
    const { start, end, expected, text } = edit;
    const held = start >= 0 && end <= source.text.length && expected.length === end - start;
    if (!held || source.text.slice(start, end) !== expected)
      return refuse('stale', source.path, 'its text is another one now');
    // the order of two insertions at one place would decide what comes out
    const same = last !== null && last.start === last.end && start === end && last.start === start;
    if (start < done || same) return refuse('overlap', source.path, 'two edits overlap');
    parts.push(source.text.slice(done, start), text);
    done = end;
    last = edit;
  }
  return parts.join('') + source.text.slice(done);
}

/** Text that would not come back from a file as it was written. */
const textProblem = (path: string, text: string): Refused | null =>
  text.isWellFormed() && !text.includes('\0')
    ? null
    : refuse('not_text', path, 'the outcome is not UTF-8 text');

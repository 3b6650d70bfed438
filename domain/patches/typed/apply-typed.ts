import type { OperationOf, PatchOperation } from '../../../contracts/patch-operation.ts';
import type { Edit, PatchedFile, SourceFile } from '../edit.ts';
import { pathProblem } from '../path-scope.ts';
import { isEqual, readYaml, valueAt } from '../yaml-document.ts';
import { removeValue, setValue } from '../yaml-ranges.ts';
import { setVariable } from './variables.ts';

export type TypedOutcome = { ok: true; files: PatchedFile[] } | { ok: false; because: string };

type FileOperation = OperationOf<'set' | 'delete' | 'set_variable'>;

/** Whether it changes the text of a file; the others are done on the host, by looking first. */
export const isFileOperation = (one: PatchOperation): one is FileOperation => 'effects' in one;

const mostFiles = 5;

/**
 * Carries out the operations that change files, one after the other, on texts. Every byte that no operation names stays.
 * @param sources the files of the stack; no other may be named
 * @returns the changed files; none if no operation names one
 */
export function applyTyped(
  operations: readonly PatchOperation[],
  sources: readonly SourceFile[],
): TypedOutcome {
  const before = new Map(sources.map((file) => [file.path, file]));
  const now = new Map(before);
  for (const operation of operations.filter(isFileOperation)) {
    const { file: path } = operation;
    const problem = pathProblem(path);
    const file = now.get(path);
    if (problem !== null) return refused(path, problem);
    if (file === undefined) return refused(path, 'it is no file of the stack');
    const next = changed(file, operation);
    if (typeof next === 'string') return refused(path, next);
    now.set(path, next);
  }
  const files = sources.flatMap(({ path, text, mode }): PatchedFile[] => {
    const after = now.get(path)!;
    if (after.text === text && after.mode === mode) return [];
    return [{ path, before: { text, mode }, after: { text: after.text, mode: after.mode } }];
  });
  if (files.length > mostFiles) return refused('it', `changes more than ${mostFiles} files`);
  return { ok: true, files };
}

const refused = (path: string, because: string): TypedOutcome => ({
  ok: false,
  because: `${path}: ${because}`,
});

/** @returns why it cannot be done, in words */
function changed(file: SourceFile, operation: FileOperation): SourceFile | string {
  if (operation.op === 'set_variable') {
    const text = setVariable(file.text, operation);
    return typeof text === 'string' ? { ...file, text } : text.because;
  }
  const documents = readYaml(file);
  const [source] = documents;
  if (source === undefined || documents.length > 1)
    return 'it cannot be read as one document of YAML';
  const where = operation.path.join('.');
  const is = valueAt(source.value, operation.path) ?? null;
  if (!isEqual(is, operation.expect))
    return `${where} is not what the operation expects; somebody changed it since`;
  const edit = editOf(source, operation);
  if (edit === null) return `${where} cannot be changed there without changing something else`;
  return { ...file, text: spliced(file.text, edit) };
}

function editOf(
  source: ReturnType<typeof readYaml>[number],
  operation: OperationOf<'set' | 'delete'>,
): Edit | null {
  return operation.op === 'delete'
    ? removeValue(source, operation.path)
    : setValue(source, operation.path, operation.value);
}

const spliced = (text: string, { start, end, text: by }: Edit): string =>
  text.slice(0, start) + by + text.slice(end);

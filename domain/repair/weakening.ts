import { matchesAny, pathProblem } from '../patches/path-scope.ts';
import { patchSize } from '../patches/unified-diff.ts';
import { answerWeakenings } from './weakening/answers.ts';
import { checkFilesOf, checkWeakenings } from './weakening/checks.ts';
import { fileWeakenings, isTest } from './weakening/files.ts';
import { programWeakenings } from './weakening/programs.ts';
import { rawComposeWeakenings } from './weakening/raw-compose.ts';
import { replacedProgramWeakenings } from './weakening/replaced-program.ts';
import { serviceWeakenings } from './weakening/services.ts';
import { swallowWeakenings } from './weakening/swallow.ts';
import { valueWeakenings } from './weakening/values.ts';
import { weakening, type Candidate, type Weakening } from './weakening/word.ts';

export type { Candidate, Weakening } from './weakening/word.ts';

/** What the policy lets a patch change. */
export interface PatchLimits {
  paths: readonly string[];
  protect: readonly string[];
  max_files: number;
  /** Added and removed lines together. */
  max_lines: number;
}

/**
 * Every way in which a patch leaves the policy, or makes something green without mending it; none if it may be tried.
 * It is judged by what it does, not by who made it.
 */
export function weakeningsOf(candidate: Candidate, limits: PatchLimits): Weakening[] {
  const { files, before, after, folder } = candidate;
  const models =
    before === null || after === null
      ? []
      : [...serviceWeakenings(before, after, folder), ...checkWeakenings(before, after)];
  const imported = checkFilesOf(before).filter((path) => files.some((file) => file.path === path));
  const found = [
    ...files.flatMap(({ path }) => placeWeakenings(path, limits)),
    ...imported.map((path) => weakening('check_changed', path, 'checks are read from it')),
    ...sizeWeakenings(candidate, limits),
    ...models,
    ...rawComposeWeakenings(candidate),
    ...files.flatMap((file) => fileWeakenings(file, candidate)),
    ...files.filter(({ path }) => !isTest(path)).flatMap(swallowWeakenings),
    ...answerWeakenings(candidate),
    ...programWeakenings(candidate),
    ...replacedProgramWeakenings(candidate),
    ...valueWeakenings(candidate),
  ];
  const keys = new Set<string>();
  return found.filter(({ word, where }) => {
    const key = `${word} ${where}`;
    return keys.size < keys.add(key).size;
  });
}

function placeWeakenings(path: string, { paths, protect }: PatchLimits): Weakening[] {
  if (path.split('/').some((segment) => /^\.git[. ]*$/i.test(segment)))
    return [weakening('git_touched', path, 'it is inside of .git')];
  const problem = pathProblem(path);
  if (problem !== null) return [weakening('outside_paths', path, problem)];
  if (matchesAny(protect, path))
    return [weakening('protected_file', path, 'the policy protects it')];
  return matchesAny(paths, path)
    ? []
    : [weakening('outside_paths', path, 'the policy names others')];
}

function sizeWeakenings({ files }: Candidate, limits: PatchLimits): Weakening[] {
  const { added, removed } = patchSize(files);
  const lines = added + removed;
  const { max_files, max_lines } = limits;
  return [
    ...(files.length > max_files
      ? [weakening('too_many_files', null, `it changes ${files.length} files, of ${max_files}`)]
      : []),
    ...(lines > max_lines
      ? [weakening('too_many_lines', null, `it changes ${lines} lines, of ${max_lines}`)]
      : []),
  ];
}

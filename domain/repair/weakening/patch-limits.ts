import { matchesAny, pathProblem } from '../../patches/path-scope.ts';
import { patchSize } from '../../patches/unified-diff.ts';
import { weakening, type Candidate, type Weakening } from './word.ts';

/** What the policy lets a patch change. */
export interface PatchLimits {
  paths: readonly string[];
  protect: readonly string[];
  max_files: number;
  /** Added and removed lines together. */
  max_lines: number;
}

/** A file that the policy does not let a patch change. */
export function placeWeakenings(path: string, { paths, protect }: PatchLimits): Weakening[] {
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

/** More files or lines than the policy lets a patch change. */
export function sizeWeakenings({ files }: Candidate, limits: PatchLimits): Weakening[] {
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

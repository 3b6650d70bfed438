import { answerWeakenings } from './weakening/answers.ts';
import { checkWeakenings } from './weakening/checks.ts';
import { checkFilesOf } from './weakening/declared-checks.ts';
import { fileWeakenings, isTest } from './weakening/files.ts';
import { programWeakenings } from './weakening/programs.ts';
import { rawComposeWeakenings } from './weakening/raw-compose.ts';
import { replacedProgramWeakenings } from './weakening/replaced-program.ts';
import { serviceWeakenings } from './weakening/services.ts';
import { swallowWeakenings } from './weakening/swallow.ts';
import { valueWeakenings } from './weakening/values.ts';
import { weakening, type Candidate, type Weakening } from './weakening/word.ts';
import { placeWeakenings, sizeWeakenings, type PatchLimits } from './weakening/patch-limits.ts';

export type { Candidate, Weakening } from './weakening/word.ts';

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

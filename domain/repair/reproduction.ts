import { keyOfCheck, isGreen, type Seen, type CheckName } from './seen-result.ts';

/** What three runs of an unpatched copy say of a red run. */
export interface Reproduction {
  end: 'red' | 'flaky' | 'not_reproduced';
  /** The red checks with their causes, alike in each run; null unless it ended `red`. */
  signature: string | null;
  /** Each check by its runs; `flaky` ones say nothing about a patch. */
  baseline: Map<string, 'green' | 'red' | 'flaky'>;
}

/** @param red the checks that were red on the stack itself */
export function judgeReproduction(
  runs: readonly (readonly Seen[])[],
  red: readonly CheckName[],
): Reproduction {
  const wanted = new Set(red.map(keyOfCheck));
  const baseline: Reproduction['baseline'] = new Map();
  for (const key of new Set(runs.flat().map(keyOfCheck))) {
    const seen = runs.map((run) => run.find((one) => keyOfCheck(one) === key));
    const green = seen.filter((one) => one !== undefined && isGreen(one)).length;
    const isFlaky = seen.some((one) => one?.status === 'flaky');
    const all = green === runs.length ? 'green' : 'red';
    baseline.set(key, isFlaky || (green > 0 && all === 'red') ? 'flaky' : all);
  }
  const signatures = new Set(
    runs.map((run) => signatureOf(run.filter((one) => wanted.has(keyOfCheck(one))))),
  );
  const [first = ''] = signatures;
  if (signatures.size > 1 || [...wanted].some((key) => baseline.get(key) === 'flaky'))
    return { end: 'flaky', signature: null, baseline };
  if (first === '') return { end: 'not_reproduced', signature: null, baseline };
  return { end: 'red', signature: first, baseline };
}

/** The checks that are not green, with their causes; empty if all are. Two cycles with one signature have learnt nothing. */
export const signatureOf = (results: readonly Seen[]): string =>
  results
    .filter((one) => !isGreen(one))
    .map(({ suite, name, status, cause }) => `${suite}/${name} ${status} ${cause ?? ''}`.trim())
    .toSorted()
    .join('; ');

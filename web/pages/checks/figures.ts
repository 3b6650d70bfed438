import type { CheckRunView } from '../../../contracts/checks.ts';
import { hasEnded } from '../../things/run-time.ts';

/** A share from 0 to 1 in whole percent; empty for none. Only a whole one is 100 %. */
export function percent(share: number | null): string {
  if (share === null) return '';
  return `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100} %`;
}

/** The ended runs of each suite, oldest first, at most `most` of each; the suite with the newest run first. */
export function runsBySuite(
  runs: readonly CheckRunView[],
  most: number,
): { suite: string; runs: CheckRunView[] }[] {
  const newestFirst = runs
    .filter(hasEnded)
    .toSorted((one, other) => other.created_at.localeCompare(one.created_at));
  return [...Map.groupBy(newestFirst, ({ suite }) => suite)].map(([suite, of]) => ({
    suite,
    runs: of.slice(0, most).toReversed(),
  }));
}

import type { CheckRunView } from '../../../contracts/checks.ts';
import { percentOf } from '../../base/quantities.ts';
import { hasEnded } from '../../things/run-time.ts';

/** A share in whole percent; empty for none. */
export const percent = (share: number | null): string => (share === null ? '' : percentOf(share));

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

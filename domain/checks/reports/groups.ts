import type { CheckResult } from '../../../contracts/checks.ts';
import type { CheckGroup } from '../../../contracts/trace.ts';

/** The suites of a run with when their first check began and their last one ended; without those of which none ran. */
export function groupsOf(results: readonly CheckResult[]): CheckGroup[] {
  const bySuite = Map.groupBy(results, ({ suite }) => suite);
  return [...bySuite].flatMap(([suite, of]) => {
    const ran = of.filter(({ started_at }) => started_at !== null);
    if (ran.length === 0) return [];
    const starts = ran.map(({ started_at }) => Date.parse(started_at!));
    const ends = ran.map(({ ms }, nth) => starts[nth]! + (ms ?? 0));
    const counts: CheckGroup['counts'] = {};
    for (const { status } of of) counts[status] = (counts[status] ?? 0) + 1;
    return {
      suite,
      started_at: new Date(Math.min(...starts)).toISOString(),
      finished_at: new Date(Math.max(...ends)).toISOString(),
      counts,
    };
  });
}

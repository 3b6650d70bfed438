import { duration } from '../../base/durations.ts';
import { decimal, percentOf, usd } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { RoutingDecision } from '../../live/answers.ts';
import { Mark } from '../../parts/mark.tsx';
import { Empty } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { words } from './words.ts';

type Ranked = RoutingDecision['explanation']['targets'][number];

/** The targets that could take the request, with the numbers that they were compared by. */
export function Ranking({ targets }: { targets: readonly Ranked[] }) {
  const t = useWords(words);
  if (targets.length === 0) return <Empty>{t.noneEligible}</Empty>;
  const held = heldBack(targets);
  const columns: Column<Ranked>[] = [
    {
      key: 'rank',
      title: t.rank,
      cell: ({ id, rank }) =>
        rank === 1 ? (
          <Mark shape="full" tone="accent">
            {t.chosen}
          </Mark>
        ) : held.has(id) ? (
          t.heldBack(rank - 1)
        ) : (
          t.fallback(rank - 1)
        ),
    },
    { key: 'target', title: t.target, kind: 'main', cell: (one) => <Said>{one.id}</Said> },
    {
      key: 'utility',
      title: t.utility,
      kind: 'num',
      cell: (one) => one.utility.toFixed(3),
      sort: (one, other) => one.utility - other.utility,
    },
    { key: 'success', title: t.success, kind: 'num', cell: (one) => percentOf(one.success) },
    { key: 'quality', title: t.quality, kind: 'num', cell: (one) => one.quality.toFixed(2) },
    {
      key: 'latency',
      title: t.latency,
      kind: 'num',
      cell: (one) => duration(one.latency_seconds * 1000),
    },
    { key: 'cost', title: t.costs, kind: 'num', cell: (one) => usd(one.cost_usd) },
    { key: 'known', title: t.outcomes, kind: 'num', cell: (one) => decimal(one.outcomes) },
  ];
  return <Table caption={t.ranking} columns={columns} rows={targets} keyOf={(one) => one.id} />;
}

/** Fallbacks go from the best to the worst, and then those that are held back, such as last resorts, in the same way. */
function heldBack(targets: readonly Ranked[]): ReadonlySet<string> {
  const fallbacks = targets.filter(({ rank }) => rank > 1);
  const first = fallbacks.findIndex(
    (one, at) => one.utility > (fallbacks[at - 1]?.utility ?? Infinity),
  );
  return new Set(first < 0 ? [] : fallbacks.slice(first).map(({ id }) => id));
}

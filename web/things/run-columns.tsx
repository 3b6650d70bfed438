import { Link } from 'wouter';
import { duration } from '../base/durations.ts';
import { Cause } from '../parts/cause.tsx';
import { Quoted, Said } from '../parts/said.tsx';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

/** Columns that lists of runs have in common. Their titles are in the words of the page. */
export const suiteColumn = <Run extends { suite: string }>(
  { suite, everything }: { suite: string; everything: string },
  pathOf: (run: Run) => string,
): Column<Run> => ({
  key: 'suite',
  title: suite,
  kind: 'main',
  cell: (one) => (
    <Link to={pathOf(one)}>
      <Said>{one.suite === 'all' ? everything : one.suite}</Said>
    </Link>
  ),
  sort: (one, other) => one.suite.localeCompare(other.suite),
});

/** Why a run ended as it did, or else why it was started. */
export const whyColumn = <
  Run extends { cause: string | null; detail: string | null; reason: string | null },
>(
  title: string,
): Column<Run> => ({
  key: 'why',
  title,
  cell: ({ cause, detail, reason }) => {
    if (cause !== null || detail !== null) return <Cause cause={cause} detail={detail} />;
    return reason === null ? '' : <Quoted>{reason}</Quoted>;
  },
});

export const ownerColumn = <Run extends { owner: string }>(
  title: string,
  textOf: (run: Run) => string = ({ owner }) => owner,
): Column<Run> => ({
  key: 'owner',
  title,
  cell: (one) => <Said>{textOf(one)}</Said>,
  sort: (one, other) => one.owner.localeCompare(other.owner),
});

export const whenColumn = <Run extends { created_at: string }>(
  title: string,
  key = 'when',
): Column<Run> => ({
  key,
  title,
  cell: (one) => <Time at={one.created_at} />,
  sort: (one, other) => one.created_at.localeCompare(other.created_at),
});

/** @param tookMs how long a run took, in ms; null while it has not ended */
export const tookColumn = <Run,>(
  title: string,
  tookMs: (run: Run) => number | null,
): Column<Run> => ({
  key: 'took',
  title,
  kind: 'num',
  cell: (one) => {
    const took = tookMs(one);
    return took === null ? '' : duration(took);
  },
  sort: (one, other) => (tookMs(one) ?? -1) - (tookMs(other) ?? -1),
});

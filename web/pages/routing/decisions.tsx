import { Link } from 'wouter';
import type { DecisionSummary } from '../../../contracts/switch-known.ts';
import { duration } from '../../base/durations.ts';
import { usd } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { RoutingDecisions } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { lookMs } from './look.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import styles from './routing.module.css';
import { words } from './words.ts';

/** The last decisions, each with the reason for its target. */
export function Decisions() {
  const t = useWords(words);
  const [target, setTarget] = useFilter('target');
  const length = useLength();
  const query = { limit: length.limit, target: target === '' ? undefined : target };
  const every = { everyMs: () => lookMs };
  const decisions = useRead<RoutingDecisions>('routing', '/switch/decisions', query, every);
  return (
    <Section
      title={target === '' ? t.decisions : t.decisionsOf(target)}
      count={decisions.data?.decisions.length}
      aside={
        target !== '' && (
          <Button weight="quiet" onPress={() => setTarget('')}>
            {t.allTargets}
          </Button>
        )
      }
    >
      <Listed
        of={decisions}
        rows={6}
        pick={(data) => data.decisions}
        next={(data) => (data.decisions.length < length.limit ? null : 'more')}
        length={length}
        empty={target === '' ? t.noDecisions : t.noneOfTarget}
        more={t.older}
      >
        {(rows) => <Rows decisions={rows} />}
      </Listed>
    </Section>
  );
}

function Rows({ decisions }: { decisions: readonly DecisionSummary[] }) {
  const t = useWords(words);
  const columns: Column<DecisionSummary>[] = [
    { key: 'ok', title: t.outcome, cell: (one) => <OutcomeMark ok={one.ok} code={one.code} /> },
    {
      key: 'target',
      title: t.target,
      kind: 'main',
      cell: (one) => (
        <Link className={styles['model']} to={`/routing/${one.decision_id}`}>
          <Said>{one.target ?? t.noTarget}</Said>
        </Link>
      ),
    },
    { key: 'why', title: t.why, cell: (one) => <Said english>{one.why}</Said> },
    { key: 'type', title: t.type, cell: (one) => `${one.type}, ${one.mode}` },
    { key: 'owner', title: t.owner, cell: (one) => <Said>{one.owner}</Said> },
    { key: 'when', title: t.when, cell: (one) => <Time at={one.at} /> },
    { key: 'tries', title: t.tries, kind: 'num', cell: (one) => one.tries },
    { key: 'took', title: t.took, kind: 'num', cell: (one) => duration(one.ms) },
    {
      key: 'cost',
      title: t.costs,
      kind: 'num',
      cell: (one) => (one.cost_usd === null ? '–' : usd(one.cost_usd)),
    },
  ];
  return (
    <Table
      caption={t.decisions}
      columns={columns}
      rows={decisions}
      keyOf={(one) => one.decision_id}
    />
  );
}

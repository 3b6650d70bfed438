import { useSearchParams } from 'wouter';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { CheckRuns, CheckSuites } from '../../live/answers.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Note, Page, Section } from '../../parts/page.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { CheckMark } from '../../things/check-mark.tsx';
import {
  ownerColumn,
  suiteColumn,
  tookColumn,
  whenColumn,
  whyColumn,
} from '../../things/run-columns.tsx';
import { tookMs } from '../../things/run-time.ts';
import { percent } from './figures.ts';
import { History } from './history.tsx';
import { Problems } from '../../things/problems.tsx';
import { RunDialog } from './run-dialog.tsx';
import { Schedules } from './schedules.tsx';
import { words } from './words.ts';

const results = [
  'running',
  'passed',
  'failed',
  'flaky',
  'inconclusive',
  'error',
  'cancelled',
] as const;

/** The runs of checks, the score of each suite over them, and what cannot be checked. */
export function RunList() {
  const t = useWords(words);
  const mayRun = useMay('operator');
  const blocked = useBlocked();
  const { data: status } = useStatus();
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/checks');
  const [shown, setShown] = useFilter('show');
  const length = useLength(100);
  const query = { status: shown === '' ? undefined : shown, limit: length.limit };
  const runs = useRead<CheckRuns>('checks', '/vx11/checks', query);
  const suites = useRead<CheckSuites>('suites', '/vx11/checks/suites');
  const run = mayRun && (
    <Button weight="primary" blocked={blocked} onPress={() => setSearch({ run: '' })}>
      {t.run}
    </Button>
  );
  return (
    <Page title={t.title} aside={run}>
      {!mayRun && <Note>{t.viewer}</Note>}
      {status?.madre_available === false && <Note tone="warn">{t.madreAway}</Note>}
      <Problems of={suites.data?.suites ?? []} title={t.broken} />
      {shown === '' && runs.data !== undefined && <History runs={runs.data.runs} />}
      {shown === '' && <Schedules />}
      <Section
        title={t.runs}
        aside={
          <StateChips
            label={t.filter}
            value={shown}
            states={results}
            words={t}
            onChange={setShown}
          />
        }
      >
        <Listed
          of={runs}
          rows={8}
          pick={(data) => data.runs}
          length={length}
          empty={shown === '' ? t.nothing : t.none}
          more={t.more}
        >
          {(rows) => <Runs runs={rows} />}
        </Listed>
      </Section>
      {search.has('run') && mayRun && <RunDialog suites={suites} onClose={close} />}
    </Page>
  );
}

function Runs({ runs }: { runs: readonly CheckRunView[] }) {
  const t = useWords(words);
  const columns: Column<CheckRunView>[] = [
    { key: 'status', title: t.status, cell: (one) => <CheckMark status={one.status} /> },
    suiteColumn(t, (one) => `/checks/${one.run_id}`),
    whyColumn(t.why),
    ownerColumn(t.owner, (one) =>
      one.trigger === 'api' ? one.owner : `${one.owner}, ${t[one.trigger]}`,
    ),
    whenColumn(t.when),
    {
      key: 'score',
      title: t.score,
      kind: 'num',
      cell: (one) => percent(one.score),
      sort: (one, other) => (one.score ?? -1) - (other.score ?? -1),
    },
    { key: 'flaky', title: t.flakeRate, kind: 'num', cell: (one) => percent(one.flake_rate) },
    tookColumn(t.took, tookMs),
  ];
  return <Table caption={t.caption} columns={columns} rows={runs} keyOf={(one) => one.run_id} />;
}

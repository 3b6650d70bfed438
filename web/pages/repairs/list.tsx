import { useSearchParams } from 'wouter';
import type { RepairView } from '../../../contracts/repair.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { RepairList as Answered } from '../../live/answers.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Filters, StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Note, Page } from '../../parts/page.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { RepairMark } from '../../things/repair-mark.tsx';
import { hasEnded, tookMs } from '../../things/run-time.ts';
import { Patches } from '../../things/patches/patches.tsx';
import { StartDialog } from './start-dialog.tsx';
import { whileRunningMs } from './stages.ts';
import {
  ownerColumn,
  suiteColumn,
  tookColumn,
  whenColumn,
  whyColumn,
} from '../../things/run-columns.tsx';
import { words } from './words.ts';

const shownStates = [
  'waiting',
  'repaired',
  'rolled_back',
  'needs_value',
  'no_candidate',
  'error',
] as const;

/** What was repaired, what waits for a yes, and every patch, each of which can be taken back. */
export function RepairList() {
  const t = useWords(words);
  const mayRepair = useMay('operator');
  const blocked = useBlocked();
  const { data: status } = useStatus();
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/repairs');
  const [shown, setShown] = useFilter('show');
  const length = useLength();
  const query = { status: shown === '' ? undefined : shown, limit: length.limit };
  const repairs = useRead<Answered>('repairs', '/vx11/repairs', query, {
    everyMs: (data) => (data?.repairs.every(hasEnded) === false ? whileRunningMs : null),
  });
  const start = mayRepair && (
    <Button weight="primary" blocked={blocked} onPress={() => setSearch({ start: '' })}>
      {t.repair}
    </Button>
  );
  return (
    <Page title={t.title} aside={start}>
      {!mayRepair && <Note>{t.viewer}</Note>}
      {status?.madre_available === false && <Note tone="warn">{t.madreAway}</Note>}
      <Filters>
        <StateChips
          label={t.filter}
          value={shown}
          states={shownStates}
          words={t}
          onChange={setShown}
        />
      </Filters>
      <Listed
        of={repairs}
        rows={6}
        pick={(data) => data.repairs}
        length={length}
        empty={shown === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(rows) => <Rows repairs={rows} />}
      </Listed>
      <Patches />
      {search.has('start') && mayRepair && (
        <StartDialog runId={search.get('start') ?? ''} onClose={close} />
      )}
    </Page>
  );
}

function Rows({ repairs }: { repairs: readonly RepairView[] }) {
  const t = useWords(words);
  const columns: Column<RepairView>[] = [
    { key: 'status', title: t.status, cell: (one) => <RepairMark status={one.status} /> },
    suiteColumn(t, (one) => `/repairs/${one.repair_id}`),
    whyColumn(t.cause),
    ownerColumn(t.owner, (one) => (one.trigger === 'api' ? one.owner : `${one.owner}, ${t.loop}`)),
    whenColumn(t.when),
    tookColumn(t.took, tookMs),
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) =>
        one.status === 'waiting' && (
          <LinkButton to={`/repairs/${one.repair_id}?review`} weight="primary" about={one.suite}>
            {t.review}
          </LinkButton>
        ),
    },
  ];
  return (
    <Table caption={t.caption} columns={columns} rows={repairs} keyOf={(one) => one.repair_id} />
  );
}

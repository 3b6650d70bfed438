import type { WindowView } from '../../../contracts/window.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import type { WindowList as Answered } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMe } from '../../live/session.ts';
import { Chips, Filters, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Page } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { DayBars } from './day-bars.tsx';
import { Overruns } from './overruns.tsx';
import { windowColumns } from '../../things/window-columns.tsx';
import { words } from './words.ts';

export function WindowList() {
  const t = useWords(words);
  const me = useMe();
  const [filter, setFilter] = useFilter('show');
  const length = useLength(100);
  const state = filter === 'mine' || filter === '' ? undefined : filter;
  const owner = filter === 'mine' ? me?.name : undefined;
  const windows = useRead<Answered>('windows', '/vx11/windows', {
    state,
    owner,
    limit: length.limit,
  });
  const columns: Column<WindowView>[] = [
    ...windowColumns(t),
    {
      key: 'owner',
      title: t.owner,
      cell: (one) => <Said>{one.owner}</Said>,
      sort: (one, other) => one.owner.localeCompare(other.owner),
    },
    {
      key: 'from',
      title: t.from,
      cell: (one) => <Time at={one.opened_at ?? one.requested_at} />,
      sort: (one, other) => one.requested_at.localeCompare(other.requested_at),
    },
    {
      key: 'to',
      title: t.to,
      cell: (one) => {
        const end = one.closed_at ?? one.expires_at;
        return end === null ? '' : <Time at={end} />;
      },
      sort: (one, other) =>
        (one.closed_at ?? one.expires_at ?? '9').localeCompare(
          other.closed_at ?? other.expires_at ?? '9',
        ),
    },
    {
      key: 'late',
      title: t.late,
      kind: 'num',
      cell: ({ receipt }) =>
        receipt === null || receipt.overrun_ms === null ? '' : duration(receipt.overrun_ms),
      sort: (one, other) => (one.receipt?.overrun_ms ?? -1) - (other.receipt?.overrun_ms ?? -1),
    },
  ];
  const options = [
    { value: '', text: t.all },
    { value: 'open', text: t.open },
    { value: 'closed', text: t.closed },
    { value: 'failed', text: t.failed },
    { value: 'mine', text: t.mine },
  ];
  return (
    <Page title={t.title}>
      {filter === '' && windows.data !== undefined && (
        <>
          <DayBars windows={windows.data.windows} />
          <Overruns windows={windows.data.windows} />
        </>
      )}
      <Filters>
        <Chips label={t.filter} value={filter} options={options} onChange={setFilter} />
      </Filters>
      <Listed
        of={windows}
        rows={8}
        pick={(data) => data.windows}
        length={length}
        empty={filter === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(rows) => (
          <Table caption={t.caption} columns={columns} rows={rows} keyOf={(one) => one.window_id} />
        )}
      </Listed>
    </Page>
  );
}

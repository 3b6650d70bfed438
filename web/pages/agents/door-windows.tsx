import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { WindowActs } from '../../things/window-acts.tsx';
import { windowColumns } from '../../things/window-columns.tsx';
import { words } from './words.ts';

export function DoorWindows({
  windows,
  madre,
}: {
  windows: readonly WindowView[];
  madre: boolean;
}) {
  const t = useWords(words);
  if (windows.length === 0) return null;
  const columns: Column<WindowView>[] = [
    ...windowColumns(t),
    { key: 'by', title: t.openedBy, cell: (one) => <Said>{one.owner}</Said> },
    {
      key: 'since',
      title: t.since,
      cell: (one) => (one.opened_at === null ? '' : <Time at={one.opened_at} />),
    },
    {
      key: 'ends',
      title: t.ends,
      cell: (one) =>
        one.state !== 'open' ? (
          ''
        ) : one.expires_at === null ? (
          t.noEnd
        ) : (
          <TimeLeft until={one.expires_at} madre={madre} />
        ),
    },
    { key: 'acts', title: t.acts, kind: 'acts', cell: (one) => <WindowActs window={one} /> },
  ];
  return (
    <Table caption={t.windows} columns={columns} rows={windows} keyOf={(one) => one.window_id} />
  );
}

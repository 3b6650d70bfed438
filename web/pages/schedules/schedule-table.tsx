import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Names, Quoted, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { CronLines } from '../../things/schedules/cells.tsx';
import { Acts } from './acts.tsx';
import { Last } from './last.tsx';
import { Next } from './next.tsx';
import { words } from './words.ts';

/** Schedules with their times, the next five of them, and what became of the last ones. */
export function ScheduleTable({ schedules }: { schedules: readonly WindowScheduleView[] }) {
  const t = useWords(words);
  const several = new Set(schedules.map(({ host }) => host)).size > 1;
  const columns: Column<WindowScheduleView>[] = [
    {
      key: 'name',
      title: t.name,
      kind: 'main',
      cell: (one) => <Said>{several ? `${one.name} · ${one.host}` : one.name}</Said>,
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    {
      key: 'services',
      title: t.services,
      cell: ({ services, reason }) => (
        <div>
          <Names>{services}</Names>
          {reason !== null && (
            <div>
              <Quoted>{reason}</Quoted>
            </div>
          )}
        </div>
      ),
    },
    { key: 'times', title: t.times, cell: (one) => <CronLines of={one} /> },
    {
      key: 'ttl',
      title: t.ttl,
      kind: 'num',
      cell: (one) => (one.ttl_seconds === 0 ? '–' : duration(one.ttl_seconds * 1000)),
      sort: (one, other) => one.ttl_seconds - other.ttl_seconds,
    },
    {
      key: 'next',
      title: t.next,
      cell: (one) => <Next of={one} />,
      sort: (one, other) => (one.next[0]?.at ?? '~').localeCompare(other.next[0]?.at ?? '~'),
    },
    { key: 'last', title: t.last, cell: (one) => <Last of={one} /> },
    {
      key: 'source',
      title: t.source,
      cell: ({ source, owner }) => (source === 'file' ? t.file : <Said>{owner}</Said>),
    },
    { key: 'acts', title: t.acts, kind: 'acts', cell: (one) => <Acts of={one} /> },
  ];
  return (
    <Table
      caption={t.caption}
      columns={columns}
      rows={schedules}
      keyOf={({ host, name }) => `${host} ${name}`}
    />
  );
}

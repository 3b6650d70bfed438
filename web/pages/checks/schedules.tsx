import { Link, useLocation } from 'wouter';
import type { ScheduleView } from '../../../contracts/schedule.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import type { ScheduleList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Answer, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { CronLines, fires, NotFiring } from '../../things/schedules/cells.tsx';
import { useSteerSchedule } from '../../things/schedules/steer-schedule.ts';
import { Problems } from '../../things/problems.tsx';
import { words } from './schedule-words.ts';

/** When checks run by themselves, as the compose files say; absent where no file says so. */
export function Schedules() {
  const t = useWords(words);
  const schedules = useRead<ScheduleList>('schedules', '/vx11/schedules');
  if (schedules.data?.schedules.length === 0) return null;
  return (
    <Section title={t.title} count={schedules.data?.schedules.length}>
      <Answer of={schedules} rows={2}>
        {(data) => (
          <>
            <Problems of={data.schedules} title={t.cannotRun} />
            <ScheduleTable schedules={data.schedules} />
          </>
        )}
      </Answer>
    </Section>
  );
}

function ScheduleTable({ schedules }: { schedules: readonly ScheduleView[] }) {
  const t = useWords(words);
  const columns: Column<ScheduleView>[] = [
    {
      key: 'name',
      title: t.name,
      kind: 'main',
      cell: (one) => <Said>{one.name}</Said>,
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    {
      key: 'suites',
      title: t.suites,
      cell: (one) =>
        one.suites.length === 0 ? t.everything : <Said>{one.suites.join(', ')}</Said>,
    },
    { key: 'times', title: t.times, cell: (one) => <Times of={one} /> },
    { key: 'next', title: t.next, cell: (one) => <Next of={one} /> },
    {
      key: 'last',
      title: t.last,
      cell: ({ last_fired_at, last_run_id }) =>
        last_fired_at === null ? (
          ''
        ) : last_run_id === null ? (
          <Time at={last_fired_at} />
        ) : (
          <Link to={`/checks/${last_run_id}`}>
            <Time at={last_fired_at} />
          </Link>
        ),
    },
    { key: 'skipped', title: t.skipped, kind: 'num', cell: (one) => one.skipped },
    { key: 'missed', title: t.missed, kind: 'num', cell: (one) => one.missed },
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

function Times({ of }: { of: ScheduleView }) {
  const t = useWords(words);
  const { cron, every_seconds } = of;
  if (every_seconds !== null) return t.every(duration(every_seconds * 1000));
  if (cron.length === 0) return '';
  return <CronLines of={of} />;
}

/** The next time, or why there is none. */
function Next({ of }: { of: ScheduleView }) {
  const t = useWords(words);
  if (!fires(of)) return <NotFiring of={of} />;
  const [first] = of.next;
  return first === undefined ? t.none : <Time at={first} />;
}

function Acts({ of }: { of: ScheduleView }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const { name, host, paused, problems } = of;
  const act = useSteerSchedule(name, host, (run) => go(`/checks/${run.run_id}`));
  if (!mayChange || problems.length > 0) return null;
  const button = (what: 'pause' | 'resume' | 'trigger') => (
    <Button
      about={name}
      busy={act.busy && t.asking}
      blocked={blocked}
      onPress={() => void act.run(what)}
    >
      {t[what]}
    </Button>
  );
  return (
    <div>
      <Buttons>
        {button(paused ? 'resume' : 'pause')}
        {button('trigger')}
      </Buttons>
      <ActFailure state={act.state} />
    </div>
  );
}

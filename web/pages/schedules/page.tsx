import { Link, useSearchParams } from 'wouter';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { ScheduleList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Answer, Empty, Note, Page } from '../../parts/page.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Problems } from '../../things/problems.tsx';
import { AddDialog } from './add-dialog.tsx';
import { ScheduleTable } from './schedule-table.tsx';
import styles from './schedules.module.css';
import { words } from './words.ts';

/** The windows that open by themselves: when next, and what became of the last times. */
export default function Schedules() {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/schedules');
  const schedules = useRead<ScheduleList>('schedules', '/vx11/schedules');
  const checks = schedules.data?.schedules.length ?? 0;
  return (
    <Page
      title={t.title}
      aside={
        mayChange && (
          <Button weight="primary" blocked={blocked} onPress={() => setSearch({ add: '' })}>
            {t.add}
          </Button>
        )
      }
    >
      {!mayChange && <Note>{t.viewer}</Note>}
      <Answer of={schedules} rows={4}>
        {({ windows }) => (
          <>
            <Problems of={windows} title={t.cannotOpen} />
            {windows.length === 0 ? (
              <Empty>{t.nothing}</Empty>
            ) : (
              <ScheduleTable schedules={windows} />
            )}
          </>
        )}
      </Answer>
      {checks > 0 && (
        <p className={styles['more']}>
          <Link to="/checks">{t.ofChecks(checks)}</Link>
        </p>
      )}
      {search.has('add') && mayChange && <AddDialog onClose={close} />}
    </Page>
  );
}

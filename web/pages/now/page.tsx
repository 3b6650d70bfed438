import { useLocation, useSearchParams } from 'wouter';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage, PlanList } from '../../live/answers.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Answer, Empty, Note, Page, Section } from '../../parts/page.tsx';
import { isStray, serviceState } from '../../things/services/service-mark.tsx';
import { OpenDialog } from '../../things/services/open-dialog.tsx';
import { Agents } from './agents.tsx';
import { Degraded } from './degraded.tsx';
import { HostStrip } from './host-strip.tsx';
import { Recent } from './recent.tsx';
import { Trouble } from './trouble.tsx';
import { Waiting } from './waiting.tsx';
import { Windows, sortOf, type Sort } from './windows.tsx';
import { Strays } from './strays.tsx';
import styles from './now.module.css';
import { words } from './words.ts';

/** What is on, why, who opened it and when it goes off; what waits for a person; what failed. */
export default function Now() {
  const t = useWords(words);
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const close = useCloseLayer('/');
  const status = useStatus();
  const waiting = useRead<PlanList>('plans', '/madre/plans', { status: 'WAITING', limit: 50 });
  const recent = useRead<EventPage>('events', '/vx11/events/history', { limit: 12 });
  const mayChange = useMay('operator');
  const wanted = search.get('open');
  const sort = sortOf(search.get('sort'));
  const setSort = (next: Sort): void =>
    setSearch(next === 'ends' ? {} : { sort: next }, { replace: true });

  return (
    <Page
      title={t.now}
      aside={
        mayChange && (
          <Button weight="primary" onPress={() => go('/?open')}>
            {t.open}
          </Button>
        )
      }
    >
      <Answer of={status} rows={8}>
        {(data) => {
          const windowTier = data.services.filter(({ tier }) => tier === 'window');
          const asleep = windowTier.filter(
            (one) => serviceState(one, data.windows) === 'asleep',
          ).length;
          const strays = data.services.filter((one) => isStray(one, data.windows));
          const count = data.windows.length + strays.length;
          return (
            <>
              <HostStrip status={data} />
              <Agents windows={data.windows} />
              <Degraded services={data.services} />
              {!mayChange && <Note>{t.viewer}</Note>}
              <Waiting plans={waiting.data?.plans ?? []} />
              <Section
                title={t.on}
                count={count}
                aside={
                  count > 1 && (
                    <label className={styles['sort']}>
                      {t.sort}
                      <select value={sort} onChange={({ target }) => setSort(sortOf(target.value))}>
                        <option value="ends">{t.ends}</option>
                        <option value="newest">{t.newest}</option>
                        <option value="name">{t.byName}</option>
                      </select>
                    </label>
                  )
                }
              >
                {count === 0 ? (
                  <Empty>{t.nothing(asleep)}</Empty>
                ) : (
                  <ul className={`${styles['rows']} ${styles['windows']}`}>
                    <Windows windows={data.windows} sort={sort} madre={data.madre_available} />
                    <Strays services={strays} />
                  </ul>
                )}
              </Section>
              <Trouble status={data} />
              <Section
                title={t.happened}
                aside={
                  <LinkButton to="/windows" weight="quiet">
                    {t.allWindows}
                  </LinkButton>
                }
              >
                <Answer of={recent} rows={3}>
                  {({ events }) => <Recent events={events} />}
                </Answer>
              </Section>
              {asleep > 0 && (
                <p className={styles['asleep']}>
                  {t.asleep(asleep)}{' '}
                  <LinkButton to="/services" weight="quiet">
                    {t.all}
                  </LinkButton>
                </p>
              )}
            </>
          );
        }}
      </Answer>
      {wanted !== null && mayChange && (
        <OpenDialog
          services={wanted === '' ? [] : wanted.split(',')}
          minutes={Number(search.get('minutes') ?? 20)}
          onClose={close}
        />
      )}
    </Page>
  );
}

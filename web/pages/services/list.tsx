import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { ServiceStatus } from '../../../contracts/service.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Chips, Filters, SearchBox, useFilter, useFilterText } from '../../parts/filters.tsx';
import { Answer, Empty, Page } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import {
  serviceState,
  ServiceMark,
  type ServiceState,
} from '../../things/services/service-mark.tsx';
import { Pressure } from './pressure.tsx';
import { words } from './words.ts';

interface Row extends ServiceStatus {
  shown: ServiceState;
}

const groups: Record<string, (service: Row) => boolean> = {
  on: (one) => one.tier === 'window' && one.shown !== 'asleep',
  trouble: (one) => ['down', 'degraded', 'stray'].includes(one.shown),
  asleep: (one) => one.shown === 'asleep',
  core: (one) => one.tier !== 'window',
};
const order = ['down', 'degraded', 'stray', 'starting', 'ok', 'asleep'];
const weight = ({ shown }: Row): number => order.indexOf(shown);

/** Trouble first, then what is on, then what sleeps. */
const byWeight = (one: Row, other: Row): number =>
  weight(one) - weight(other) || one.name.localeCompare(other.name);

/** Whether a window without an end holds it. */
const isHeld = ({ window_ids }: Row, windows: readonly WindowView[]): boolean =>
  windows.some(({ window_id, mode }) => mode === 'hold' && window_ids.includes(window_id));

/** The columns of the list; the same object while nothing in it changes, so that rows need not be drawn again. */
function useColumns(services: readonly ServiceStatus[], windows: readonly WindowView[]) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const [, go] = useLocation();
  const several = new Set(services.map(({ host }) => host)).size > 1;
  return useMemo(() => {
    const columns: Column<Row>[] = [
      {
        key: 'state',
        title: t.state,
        cell: (one) => <ServiceMark service={one} windows={windows} />,
        sort: (one, other) => weight(one) - weight(other),
      },
      {
        key: 'name',
        title: t.name,
        kind: 'main',
        cell: (one) => (
          <Link to={`/services/${one.host}/${one.name}`}>
            <Said>{one.name}</Said>
          </Link>
        ),
        sort: (one, other) => one.name.localeCompare(other.name),
      },
      ...(several
        ? [
            {
              key: 'host',
              title: t.host,
              cell: (one: Row) => <Said>{one.host}</Said>,
              sort: (one: Row, other: Row) => one.host.localeCompare(other.host),
            },
          ]
        : []),
      { key: 'container', title: t.container, cell: (one) => one.state },
      {
        key: 'until',
        title: t.until,
        cell: (one) => {
          if (one.until !== null) return <Time at={one.until} />;
          return isHeld(one, windows) ? t.noEnd : '';
        },
        sort: (one, other) => (one.until ?? '9').localeCompare(other.until ?? '9'),
      },
      {
        key: 'about',
        title: t.about,
        cell: (one) => {
          const about = [one.shown === 'asleep' ? null : one.reason, one.note];
          const shown = about.filter((part) => part !== null).join(' · ');
          return shown === '' ? '' : <Said english>{shown}</Said>;
        },
      },
      ...(mayChange
        ? [
            {
              key: 'acts',
              title: t.acts,
              kind: 'acts' as const,
              cell: (one: Row) =>
                one.tier === 'window' && (
                  <Button about={one.name} onPress={() => go(`/?open=${one.name}`)}>
                    {t.open}
                  </Button>
                ),
            },
          ]
        : []),
    ];
    return columns;
  }, [t, windows, several, mayChange, go]);
}

const none: [] = [];

export function ServiceList() {
  const t = useWords(words);
  const status = useStatus();
  const [, go] = useLocation();
  const [group, setGroup] = useFilter('show');
  const [text, setText] = useFilter('find');
  const find = useFilterText(text);
  const { services: all, windows } = status.data ?? { services: none, windows: none };
  const columns = useColumns(all, windows);
  const services = useMemo(
    () => all.map((one): Row => ({ ...one, shown: serviceState(one, windows) })),
    [all, windows],
  );
  const rows = useMemo(() => {
    const wanted = groups[group];
    return services
      .filter(
        (one) => (wanted === undefined || wanted(one)) && one.name.toLowerCase().includes(find),
      )
      .toSorted(byWeight);
  }, [services, group, find]);
  return (
    <Page title={t.title}>
      <Answer of={status} rows={10}>
        {({ budgets }) => {
          const options = [
            { value: '', text: t.all, count: services.length },
            ...(['on', 'trouble', 'asleep', 'core'] as const).map((value) => ({
              value,
              text: t[value],
              count: services.filter(groups[value]!).length,
            })),
          ];
          return (
            <>
              {group === '' && text === '' && <Pressure budgets={budgets} />}
              <Filters>
                <SearchBox label={t.find} value={text} onChange={setText} />
                <Chips label={t.filter} value={group} options={options} onChange={setGroup} />
              </Filters>
              {rows.length === 0 ? (
                <Empty
                  act={
                    services.length > 0 && (
                      <Button onPress={() => go('/services')}>{t.clear}</Button>
                    )
                  }
                >
                  {services.length === 0 ? t.nothing : t.none}
                </Empty>
              ) : (
                <Table
                  caption={t.caption}
                  columns={columns}
                  rows={rows}
                  keyOf={(one) => `${one.host}/${one.name}`}
                />
              )}
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

import type { AntView } from '../../../contracts/incidents.ts';
import { duration } from '../../base/durations.ts';
import { decimal } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { Pheromones } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Mark } from '../../parts/mark.tsx';
import { Answer, Empty } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago } from '../../parts/time.tsx';
import styles from './incidents.module.css';
import { lookMs } from './look.ts';
import { words } from './words.ts';

/** How often each ant looks, when it last did and when it last found something. */
export function Ants() {
  const t = useWords(words);
  const ants = useRead<Pheromones>('ants', '/hormiguero/pheromones', {}, { everyMs: () => lookMs });
  return (
    <Answer of={ants} rows={6}>
      {({ pheromones, budget }) =>
        pheromones.length === 0 ? (
          <Empty>{t.noAnts}</Empty>
        ) : (
          <>
            <p className={styles['about']}>
              {t.antsText(pheromones.length, decimal(100 * budget))}
            </p>
            <AntTable ants={pheromones} />
          </>
        )
      }
    </Answer>
  );
}

function AntTable({ ants }: { ants: readonly AntView[] }) {
  const t = useWords(words);
  const several = new Set(ants.map(({ host }) => host)).size > 1;
  const ago = (at: string | null) => (at === null ? t.never : <Ago at={at} />);
  const columns: Column<AntView>[] = [
    {
      key: 'ant',
      title: t.ant,
      kind: 'main',
      cell: ({ ant, host }) => <Said>{several ? `${ant} · ${host}` : ant}</Said>,
      sort: (one, other) => one.ant.localeCompare(other.ant),
    },
    {
      key: 'state',
      title: t.state,
      cell: ({ last_error }) =>
        last_error === null ? (
          <Mark shape="check" tone="good">
            {t.looks}
          </Mark>
        ) : (
          <span>
            <Mark shape="warning" tone="warn">
              {t.cannotLook}
            </Mark>{' '}
            <Said english>{last_error}</Said>
          </span>
        ),
    },
    { key: 'look', title: t.lastLook, cell: (one) => ago(one.last_look_at) },
    { key: 'hit', title: t.lastHit, cell: (one) => ago(one.last_hit_at) },
    {
      key: 'every',
      title: t.every,
      kind: 'num',
      cell: (one) => duration(one.every_seconds * 1000),
      sort: (one, other) => one.every_seconds - other.every_seconds,
    },
    {
      key: 'weight',
      title: t.weight,
      kind: 'num',
      cell: (one) => one.weight.toFixed(2),
      sort: (one, other) => one.weight - other.weight,
    },
    {
      key: 'cost',
      title: t.cost,
      kind: 'num',
      cell: (one) => `${decimal(one.cost_ms)} ms`,
      sort: (one, other) => one.cost_ms - other.cost_ms,
    },
  ];
  return (
    <Table
      caption={t.antCaption}
      columns={columns}
      rows={ants}
      keyOf={({ ant, host }) => `${host} ${ant}`}
    />
  );
}

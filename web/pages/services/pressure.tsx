import { clockTime } from '../../base/format.ts';
import { bytes, decimal } from '../../base/quantities.ts';
import { duration } from '../../base/durations.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import type { Decisions, HostBudget } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Figure, FigureRow, FigureRows, FigureTable } from '../../parts/figure.tsx';
import { lineOf, pressureOf } from './pressure-points.ts';
import styles from './services.module.css';
import { words } from './words.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** The load and the memory of each host as madre's loop saw them, and what the windows take of the budget. */
export function Pressure({ budgets }: { budgets: readonly HostBudget[] }) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const seen = useRead<Decisions>('autonomy', '/madre/v3/autonomous/decisions', { limit: 100 });
  const hosts = pressureOf(seen.data?.decisions ?? []);
  if (hosts.every(({ points }) => points.length < 2)) return null;
  const sentences = hosts.map(({ host, points }) => {
    const { load, memory } = points.at(-1)!;
    return t.pressureText(host, decimal(load), percent(memory));
  });
  const row = (
    host: string,
    resource: string,
    {
      reserved,
      seen: used = null,
      limit,
    }: HostBudget['cpus'] | (HostBudget['gpus'] & { seen?: null }),
    show: (value: number) => string,
  ): string[] => [
    host,
    resource,
    show(reserved),
    used === null ? t.unknown : show(used),
    limit === null ? t.noLimit : show(limit),
  ];
  return (
    <Figure title={t.pressure} text={sentences.join(' ')}>
      <FigureRows>
        {hosts.flatMap(({ host, points }) => {
          const { load, memory } = points.at(-1)!;
          const most = Math.max(1, ...points.map((one) => one.load));
          return [
            <FigureRow key={`${host} load`} name={t.loadOf(host)} value={decimal(load)}>
              <Line path={lineOf(points, ({ load: value }) => value / most)} full={1 / most} />
            </FigureRow>,
            <FigureRow key={`${host} memory`} name={t.memoryOf(host)} value={percent(memory)}>
              <Line path={lineOf(points, ({ memory: value }) => value)} full={1} />
            </FigureRow>,
          ];
        })}
      </FigureRows>
      <FigureTable
        summary={t.asTable}
        caption={t.pressure}
        head={[t.host, t.at, t.load, t.used, t.pressed]}
        rows={hosts.flatMap(({ host, points }) =>
          points
            .toReversed()
            .map(({ at, load, memory, pressed }) => [
              host,
              clockTime(at, clock),
              decimal(load),
              percent(memory),
              pressed === 0 ? '' : duration(pressed * 1000),
            ]),
        )}
      />
      <FigureTable
        summary={t.budgetTable}
        caption={t.budget}
        head={[t.host, t.resource, t.reserved, t.inUse, t.limit]}
        rows={budgets.flatMap(({ host, memory_bytes, cpus, gpus }) => [
          row(host, t.memory, memory_bytes, bytes),
          row(host, t.cpus, cpus, decimal),
          ...((gpus.limit ?? 0) > 0 ? [row(host, 'GPU', gpus, decimal)] : []),
        ])}
      />
    </Figure>
  );
}

/** @param full where all of it is taken, from 0 at the bottom to 1 at the top */
const Line = ({ path, full }: { path: string; full: number }) => (
  <svg className={styles['pressure']} viewBox="0 0 100 24" preserveAspectRatio="none">
    <line className={styles['full']} x1="0" x2="100" y1={24 - 24 * full} y2={24 - 24 * full} />
    <polyline className={styles['curve']} points={path} />
  </svg>
);

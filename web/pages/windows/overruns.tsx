import type { WindowView } from '../../../contracts/window.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Figure, FigureTable } from '../../parts/figure.tsx';
import styles from './windows.module.css';
import { words } from './words.ts';

const limits = [100, 250, 500, 1000, 2000, 5000, 30_000];

/** How many windows ended at most this late, in ms; the last count is for all that were later. */
export function histogram(overruns: readonly number[]): number[] {
  const counts = Array.from({ length: limits.length + 1 }, () => 0);
  for (const overrun of overruns) {
    const slot = limits.findIndex((limit) => overrun <= limit);
    counts[slot === -1 ? limits.length : slot]! += 1;
  }
  return counts;
}

/** How late the windows ended. */
export function Overruns({ windows }: { windows: readonly WindowView[] }) {
  const t = useWords(words);
  const overruns = windows.flatMap(({ receipt }) =>
    receipt === null || receipt.overrun_ms === null ? [] : [receipt.overrun_ms],
  );
  if (overruns.length === 0) return null;
  const counts = histogram(overruns);
  const highest = Math.max(...counts);
  const labels = [
    ...limits.map((limit) => t.upTo(duration(limit))),
    t.above(duration(limits.at(-1)!)),
  ];
  return (
    <Figure
      title={t.overrun}
      text={t.overrunText(overruns.length, duration(Math.max(...overruns)))}
    >
      <div className={styles['histogram']} aria-hidden="true">
        {counts.map((count, index) => (
          <div key={labels[index]} className={styles['slot']}>
            <span>{count > 0 ? count : ''}</span>
            <svg viewBox="0 0 10 40" preserveAspectRatio="none">
              <rect
                className={index >= 4 ? styles['slow'] : styles['quick']}
                y={40 - (40 * count) / highest}
                width="10"
                height={(40 * count) / highest}
              />
            </svg>
            <span className={styles['label']}>{labels[index]}</span>
          </div>
        ))}
      </div>
      <FigureTable
        summary={t.asTable}
        caption={t.overrun}
        head={[t.late, t.count]}
        rows={counts.map((count, index) => [labels[index]!, String(count)])}
      />
    </Figure>
  );
}

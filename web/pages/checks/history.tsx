import type { CheckRunView } from '../../../contracts/checks.ts';
import { fullTime } from '../../base/format.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { Figure, FigureRow, FigureRows, FigureTable } from '../../parts/figure.tsx';
import { checkLooks } from '../../things/check-mark.tsx';
import styles from './checks.module.css';
import { percent, runsBySuite } from './figures.ts';
import { words } from './words.ts';

const runsShown = 40;
const suitesShown = 12;
const barWidth = 6;
/** The height of a run without a score, or with none of it. */
const lowest = 3;

/** The score of each suite over its runs, one bar a run, newest at the right. */
export function History({ runs }: { runs: readonly CheckRunView[] }) {
  const t = useWords(words);
  const { clock, language } = usePreferences();
  const suites = runsBySuite(runs, runsShown).slice(0, suitesShown);
  if (suites.length === 0) return null;
  const green = suites.filter((one) => one.runs.at(-1)!.status === 'passed').length;
  return (
    <Figure title={t.history} text={t.historyText(green, suites.length)}>
      <FigureRows>
        {suites.map(({ suite, runs: of }) => (
          <FigureRow
            key={suite}
            name={suite === 'all' ? t.everything : suite}
            value={percent(of.at(-1)!.score) || '–'}
          >
            <Bars runs={of} />
          </FigureRow>
        ))}
      </FigureRows>
      <FigureTable
        summary={t.asTable}
        caption={t.history}
        head={[t.suite, t.when, t.score, t.status]}
        rows={suites.flatMap(({ suite, runs: of }) =>
          of
            .toReversed()
            .map(({ created_at, score, status }) => [
              suite === 'all' ? t.everything : suite,
              fullTime(Date.parse(created_at), clock, language),
              percent(score) || t.noScore,
              status,
            ]),
        )}
      />
    </Figure>
  );
}

function Bars({ runs }: { runs: readonly CheckRunView[] }) {
  const width = runsShown * barWidth;
  const from = width - runs.length * barWidth;
  return (
    <svg className={styles['bars']} viewBox={`0 0 ${width} 24`} preserveAspectRatio="xMaxYMax meet">
      {runs.map(({ run_id, score, status }, nth) => {
        const height = Math.max(lowest, 24 * (score ?? 0));
        return (
          <rect
            key={run_id}
            className={styles[checkLooks[status][1]]}
            x={from + nth * barWidth}
            width={barWidth - 1.5}
            y={24 - height}
            height={height}
          />
        );
      })}
    </svg>
  );
}

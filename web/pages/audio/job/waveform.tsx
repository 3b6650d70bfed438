import type { AudioIssue, AudioReport } from '../../../../contracts/audio-report.ts';
import { useWords } from '../../../base/words.ts';
import { useRead } from '../../../live/queries.ts';
import { Figure, FigureTable } from '../../../parts/figure.tsx';
import { Skeleton } from '../../../parts/page.tsx';
import styles from '../audio.module.css';
import { placeText } from './clock-text.ts';
import { numbered } from './numbered.ts';
import { outlineOf, type Peaks } from './outline.ts';
import { words } from './words.ts';

/** Of the width of the picture: a click of a few samples would not be seen. */
const leastWidth = 0.35;
const shownRanges = 60;

/** The signal over time, with the problems at their times; the table below says the same. */
export function Waveform({ path, report }: { path: string; report: AudioReport }) {
  const t = useWords(words);
  const peaks = useRead<Peaks>('audio', `${path}/artifacts/peaks.json`);
  const { seconds } = report.source;
  const issues = numbered(report.issues).filter(({ issue }) => issue.ranges.length > 0);
  if (peaks.error !== null) return null;
  if (peaks.data === undefined) return <Skeleton rows={3} />;
  const x = (at: number): number => (seconds === 0 ? 0 : (100 * at) / seconds);
  const widthOf = ([from, to]: readonly [number, number]): number =>
    Math.max(x(to) - x(from), leastWidth);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * seconds);
  return (
    <Figure title={t.waveform} text={t.waveText(placeText(seconds), issues.length)}>
      <div aria-hidden="true">
        <div className={styles['numbers']}>
          {issues.map(({ issue, nth }) => (
            <span
              key={nth}
              className={styles[`n-${issue.severity}`]}
              style={{ left: `clamp(9px, ${x(issue.ranges[0]![0])}%, calc(100% - 9px))` }}
            >
              {nth}
            </span>
          ))}
        </div>
        <svg className={styles['wave']} viewBox="0 0 100 100" preserveAspectRatio="none">
          <line className={styles['middle']} x1="0" x2="100" y1="50" y2="50" />
          <path className={styles['signal']} d={outlineOf(peaks.data.peaks)} />
          {issues.flatMap(({ issue, nth }) =>
            issue.ranges
              .slice(0, shownRanges)
              .map((range) => (
                <rect
                  key={`${nth} ${range[0]}`}
                  className={styles[issue.severity]}
                  x={x(range[0])}
                  width={widthOf(range)}
                  y="0"
                  height="100"
                />
              )),
          )}
        </svg>
        <div className={styles['ticks']}>
          {ticks.map((at) => (
            <span key={at}>{placeText(at)}</span>
          ))}
        </div>
      </div>
      {issues.length > 0 && (
        <FigureTable
          summary={t.asTable}
          caption={t.problemTimes}
          head={[t.problem, t.when]}
          rows={issues.map(({ issue, nth }) => [`${nth} ${issue.kind}`, timesOf(issue)])}
        />
      )}
    </Figure>
  );
}

const timesOf = ({ ranges }: AudioIssue): string =>
  ranges.map(([from, to]) => `${placeText(from, 2)}–${placeText(to, 2)}`).join(', ');

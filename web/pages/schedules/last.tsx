import { Link } from 'wouter';
import type { OccurrenceOutcome, WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { More } from '../../parts/more.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';

type Occurrence = WindowScheduleView['last'][number];

const looks: Record<OccurrenceOutcome, readonly [Shape, Tone]> = {
  opened: ['check', 'good'],
  skipped_open: ['undo', 'calm'],
  missed: ['clock', 'warn'],
  refused: ['cross', 'bad'],
};

/** What became of the last five times, the newest in view. */
export function Last({ of: { last } }: { of: WindowScheduleView }) {
  const t = useWords(words);
  const [first, ...others] = last;
  if (first === undefined) return t.never;
  return (
    <div>
      <Outcome of={first} />
      {others.length > 0 && (
        <More summary={t.lastMore(others.length)}>
          <ol>
            {others.map((one) => (
              <li key={one.slot}>
                <Outcome of={one} />
              </li>
            ))}
          </ol>
        </More>
      )}
    </div>
  );
}

function Outcome({ of: { at, outcome, window_id, detail } }: { of: Occurrence }) {
  const t = useWords(words);
  const [shape, tone] = looks[outcome];
  const when = <Time at={at} seconds={false} />;
  return (
    <>
      <Mark shape={shape} tone={tone}>
        {t[outcome]}
      </Mark>{' '}
      {window_id === null ? when : <Link to={`/windows/${window_id}`}>{when}</Link>}
      {detail !== null && (
        <>
          {' '}
          <Said english>{detail}</Said>
        </>
      )}
    </>
  );
}

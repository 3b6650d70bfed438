import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { useWords } from '../../base/words.ts';
import { More } from '../../parts/more.tsx';
import { Time } from '../../parts/time.tsx';
import { fires, NotFiring } from '../../things/schedules/cells.tsx';
import { words } from './words.ts';

type Occurrence = WindowScheduleView['next'][number];

/** The next five times, the first of them in view; or why there is none. */
export function Next({ of }: { of: WindowScheduleView }) {
  const t = useWords(words);
  if (!fires(of)) return <NotFiring of={of} />;
  const [first, ...others] = of.next;
  if (first === undefined) return t.none;
  return (
    <div>
      <When of={first} />
      {others.length > 0 && (
        <More summary={t.nextMore(others.length)}>
          <ol>
            {others.map((one) => (
              <li key={one.at}>
                <When of={one} />
              </li>
            ))}
          </ol>
        </More>
      )}
    </div>
  );
}

/** An instant in this browser's zone; one that clocks moved says so. */
function When({ of: { at, local, moved } }: { of: Occurrence }) {
  const t = useWords(words);
  return (
    <>
      <Time at={at} seconds={false} />
      {moved && ` (${t.moved(local.slice(11, 16))})`}
    </>
  );
}

import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { More } from '../../parts/more.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';

type Occurrence = WindowScheduleView['next'][number];

/** The next five times, the first of them in view; or why there is none. */
export function Next({ of: { problems, paused, note, next } }: { of: WindowScheduleView }) {
  const t = useWords(words);
  if (problems.length > 0)
    return (
      <Mark shape="cross" tone="bad">
        {t.broken}
      </Mark>
    );
  if (paused)
    return (
      <div>
        <Mark shape="dashed" tone="calm">
          {t.paused}
        </Mark>
        {note !== null && (
          <div>
            <Said english>{note}</Said>
          </div>
        )}
      </div>
    );
  const [first, ...others] = next;
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

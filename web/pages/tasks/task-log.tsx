import { useEffect, useState } from 'react';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { CallError } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { followTaskLog } from '../../live/task-log.ts';
import { Buttons } from '../../parts/button.tsx';
import { LogLines } from '../../parts/log/lines.ts';
import { LogView } from '../../parts/log/log-view.tsx';
import { Failure, Note, Section } from '../../parts/page.tsx';
import { Download } from '../../things/download.tsx';
import { filesBelow } from './files.tsx';
import type { Task } from './task-type.ts';
import { words } from './words.ts';

/** New output is drawn this often at most, in ms. */
const drawMs = 100;

/** The output of a task as it comes. The stream is open only while somebody looks at it. */
export function TaskLog({ task, live }: { task: Task; live: boolean }) {
  const t = useWords(words);
  const id = task.spawn_id;
  // a new object for each drawing, over lines that change in place
  const [shown, setShown] = useState(() => ({ log: new LogLines() }));
  const [gap, setGap] = useState(0);
  const [failed, setFailed] = useState<CallError | null>(null);
  useEffect(() => {
    let stop = new AbortController();
    let log = new LogLines();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const drawSoon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setShown({ log });
      }, drawMs);
    };
    const begin = (): void => {
      // a log read again from its start replaces what was read before
      log = new LogLines();
      setGap(0);
      stop = new AbortController();
      followTaskLog(
        id,
        (part) => {
          if (part.kind === 'text') log.add(part.chunk.stream, part.chunk.text);
          else if (part.kind === 'gap') setGap((before) => before + part.bytes);
          else markChanged(['tasks']);
          drawSoon();
        },
        stop.signal,
      ).catch((error: unknown) => {
        if (error instanceof CallError) setFailed(error);
      });
    };
    const onVisibility = (): void => {
      stop.abort();
      if (document.visibilityState === 'visible') begin();
    };
    begin();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [id]);
  return (
    <Section
      title={t.log}
      aside={
        <Buttons>
          <Download below={filesBelow(id)} path=".output/stdout">
            {t.allOutput}
          </Download>
          <Download below={filesBelow(id)} path=".output/stderr">
            {t.allErrors}
          </Download>
        </Buttons>
      }
    >
      {gap > 0 && <Note tone="warn">{t.cut(bytes(gap))}</Note>}
      {failed !== null && <Failure error={failed} />}
      <LogView shown={shown} live={live} />
    </Section>
  );
}

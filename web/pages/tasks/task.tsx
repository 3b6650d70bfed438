import { shortId } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { Files } from './files.tsx';
import { TaskLog } from './task-log.tsx';
import type { Task } from './task-type.ts';
import { words } from './words.ts';
import { About } from './task-about.tsx';
import { Attempts } from './attempts.tsx';
import { Daughters } from './daughters.tsx';

const isLive = ({ state }: Pick<Task, 'state'>): boolean =>
  state === 'queued' || state === 'running';

/** One task: how it stands or why it died, its output, and what it left. */
export function TaskPage({ id }: { id: string }) {
  const t = useWords(words);
  const task = useRead<Task>('tasks', `/vx11/result/${id}`);
  return (
    <ThingPage
      id={id}
      of={task}
      title={({ name }) => name ?? shortId(id)}
      aside={(one) =>
        isLive(one) && (
          <Cancel path={`/vx11/spawn/${one.spawn_id}`} resource="tasks" asked={t.cancelled} />
        )
      }
      absent={t.notHere}
      back={['/tasks', t.back]}
    >
      {(one) => (
        <>
          <About task={one} />
          <TaskLog task={one} live={isLive(one)} />
          {!isLive(one) && <Files task={one} />}
          {one.attempts.length > 1 && <Attempts attempts={one.attempts} />}
          <Daughters id={one.spawn_id} />
        </>
      )}
    </ThingPage>
  );
}

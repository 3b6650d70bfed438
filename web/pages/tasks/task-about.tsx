import { Link } from 'wouter';
import { shortId } from '../../base/format.ts';
import { bytes } from '../../base/quantities.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Facts, Note } from '../../parts/page.tsx';
import { Id, Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { causeWords } from '../../things/cause-text.ts';
import { TaskMark } from '../../things/task-mark.tsx';
import type { Task } from './task-type.ts';
import { words } from './words.ts';

/** What a task was asked to do, and how it ended. */
export function About({ task }: { task: Task }) {
  const t = useWords(words);
  const causes = useWords(causeWords);
  const { status, cause, detail, limit, exit_code, signal, parent_id, duration_ms } = task;
  return (
    <>
      {status === 'ERROR' && (
        <Note tone="bad">
          <strong>{cause === null ? task.state : causes[cause]}</strong>
          {exit_code !== null && ` · ${t.exit} ${exit_code}`}
          {signal !== null && ` · ${t.signal} ${signal}`}
          {limit !== null && (
            <> · {t.limitText(limit.name, String(limit.allowed), String(limit.peak ?? '?'))}</>
          )}
          {detail !== null && (
            <>
              <br />
              <Said english>{detail}</Said>
            </>
          )}
        </Note>
      )}
      <Facts
        of={[
          [t.state, <TaskMark key="state" state={task.state} />],
          [t.language, task.task_type],
          [t.owner, <Said key="owner">{task.owner}</Said>],
          [t.host, <Said key="host">{task.host}</Said>],
          [t.created, <Time key="at" at={task.created_at} />],
          duration_ms === null ? null : [t.took, duration(duration_ms)],
          task.peak_memory_mb === null ? null : [t.peak, bytes(task.peak_memory_mb * 1e6)],
          task.cpu_ms === null ? null : [t.cpu, duration(task.cpu_ms)],
          [t.priority, task.priority],
          parent_id === null
            ? null
            : [
                t.parent,
                <Link key="parent" to={`/tasks/${parent_id}`}>
                  {shortId(parent_id)}
                </Link>,
              ],
          ['Id', <Id key="id">{task.spawn_id}</Id>],
        ]}
      />
    </>
  );
}

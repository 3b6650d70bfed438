import { Link } from 'wouter';
import type { TaskAttempt } from '../../../contracts/task.ts';
import { bytes, duration, shortId } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import type { TaskList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Facts, Note, Section } from '../../parts/page.tsx';
import { Id, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { causeWords } from '../../things/cause-text.ts';
import { TaskMark } from '../../things/task-mark.tsx';
import { Files } from './files.tsx';
import { TaskLog } from './task-log.tsx';
import type { Task } from './task-type.ts';
import { words } from './words.ts';

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

function About({ task }: { task: Task }) {
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

function Attempts({ attempts }: { attempts: readonly TaskAttempt[] }) {
  const t = useWords(words);
  const causes = useWords(causeWords);
  const columns: Column<TaskAttempt>[] = [
    { key: 'attempt', title: t.attempt, kind: 'main', cell: (one) => one.attempt },
    { key: 'state', title: t.state, cell: (one) => <TaskMark state={one.state} /> },
    { key: 'cause', title: t.cause, cell: (one) => (one.cause === null ? '' : causes[one.cause]) },
    { key: 'exit', title: t.exit, kind: 'num', cell: (one) => one.exit_code ?? '' },
    { key: 'at', title: t.created, cell: (one) => <Time at={one.started_at} /> },
  ];
  return (
    <Section title={t.attempts} count={attempts.length}>
      <Table
        caption={t.attempts}
        columns={columns}
        rows={attempts}
        keyOf={(one) => String(one.attempt)}
      />
    </Section>
  );
}

function Daughters({ id }: { id: string }) {
  const t = useWords(words);
  const { data } = useRead<TaskList>('tasks', '/vx11/spawns', { parent_id: id, limit: 50 });
  if (data === undefined || data.spawns.length === 0) return null;
  return (
    <Section title={t.daughters} count={data.spawns.length}>
      <ul>
        {data.spawns.map((one) => (
          <li key={one.spawn_id}>
            <TaskMark state={one.state} />{' '}
            <Link to={`/tasks/${one.spawn_id}`}>
              <Said>{one.name ?? shortId(one.spawn_id)}</Said>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

import { Link } from 'wouter';
import { shortId } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import type { TaskList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { TaskMark } from '../../things/task-mark.tsx';
import { words } from './words.ts';

/** The tasks that a task started. */
export function Daughters({ id }: { id: string }) {
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

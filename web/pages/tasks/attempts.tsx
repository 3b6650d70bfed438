import type { TaskAttempt } from '../../../contracts/task.ts';
import { useWords } from '../../base/words.ts';
import { Section } from '../../parts/page.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { causeWords } from '../../things/cause-text.ts';
import { TaskMark } from '../../things/task-mark.tsx';
import { words } from './words.ts';

/** The tries of a task. */
export function Attempts({ attempts }: { attempts: readonly TaskAttempt[] }) {
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

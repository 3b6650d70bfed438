import { Link, useSearchParams } from 'wouter';
import type { TaskView } from '../../../contracts/task.ts';
import { shortId } from '../../base/format.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { TaskList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Chips, Filters, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Page } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { causeWords } from '../../things/cause-text.ts';
import { TaskMark } from '../../things/task-mark.tsx';
import { RunDialog } from './run-dialog.tsx';
import { ownerColumn, tookColumn, whenColumn } from '../../things/run-columns.tsx';
import { words } from './words.ts';

/** How long a task took, in ms; null while it has not ended. */
export const tookMs = ({ started_at, finished_at }: TaskView): number | null =>
  started_at === null || finished_at === null
    ? null
    : Date.parse(finished_at) - Date.parse(started_at);

export function TaskList() {
  const t = useWords(words);
  const causes = useWords(causeWords);
  const mayRun = useMay('operator');
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/tasks');
  const [state, setState] = useFilter('show');
  const length = useLength();
  const query = { state: state === '' ? undefined : state, limit: length.limit };
  const tasks = useRead<TaskList>('tasks', '/vx11/spawns', query);
  const columns: Column<TaskView>[] = [
    { key: 'state', title: t.state, cell: (one) => <TaskMark state={one.state} /> },
    {
      key: 'task',
      title: t.task,
      kind: 'main',
      cell: (one) => (
        <Link to={`/tasks/${one.spawn_id}`}>
          <Said>{one.name ?? shortId(one.spawn_id)}</Said>
        </Link>
      ),
    },
    { key: 'language', title: t.language, cell: (one) => one.task_type },
    {
      key: 'cause',
      title: t.cause,
      cell: (one) =>
        one.status === 'ERROR' && one.cause !== null
          ? causes[one.cause] + (one.exit_code === null ? '' : ` (${one.exit_code})`)
          : '',
    },
    ownerColumn(t.owner),
    whenColumn(t.created, 'created'),
    tookColumn(t.took, tookMs),
  ];
  const options = [
    { value: '', text: t.all },
    { value: 'running', text: t.runningNow },
    { value: 'completed', text: t.completed },
    { value: 'failed', text: t.failed },
  ];
  return (
    <Page
      title={t.title}
      aside={
        mayRun && (
          <Button weight="primary" onPress={() => setSearch({ run: '' })}>
            {t.run}
          </Button>
        )
      }
    >
      <Filters>
        <Chips label={t.filter} value={state} options={options} onChange={setState} />
      </Filters>
      <Listed
        of={tasks}
        rows={8}
        pick={(data) => data.spawns}
        length={length}
        empty={state === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(spawns) => (
          <Table
            caption={t.caption}
            columns={columns}
            rows={spawns}
            keyOf={(one) => one.spawn_id}
          />
        )}
      </Listed>
      {search.has('run') && mayRun && <RunDialog onClose={close} />}
    </Page>
  );
}

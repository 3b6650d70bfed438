import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Download } from '../../things/download.tsx';
import type { Task } from './task-type.ts';
import { words } from './words.ts';

/** The address that the files of a task are below. */
export const filesBelow = (id: string): string => `/vx11/spawn/${id}/artifacts/`;

type File = Task['artifacts'][number];

/** What a task left in /task/out. */
export function Files({ task }: { task: Task }) {
  const t = useWords(words);
  const columns: Column<File>[] = [
    { key: 'path', title: t.files, kind: 'main', cell: (one) => <Said>{one.path}</Said> },
    { key: 'size', title: '', kind: 'num', cell: (one) => bytes(one.bytes) },
    {
      key: 'acts',
      title: t.download,
      kind: 'acts',
      cell: (one) => (
        <Download below={filesBelow(task.spawn_id)} path={one.path} about={one.path}>
          {t.download}
        </Download>
      ),
    },
  ];
  return (
    <Section title={t.files} count={task.artifacts.length}>
      {task.artifacts.length === 0 ? (
        <p>{t.noFiles}</p>
      ) : (
        <Table
          caption={t.files}
          columns={columns}
          rows={task.artifacts}
          keyOf={(one) => one.path}
        />
      )}
      {task.refused.map(({ path, because }) => (
        <Note key={path} tone="warn">
          {t.refused}: <Said>{path}</Said>: <Said english>{because}</Said>
        </Note>
      ))}
    </Section>
  );
}

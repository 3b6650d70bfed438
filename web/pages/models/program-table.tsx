import type { ProgramView } from '../../../contracts/programs.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { words } from './words.ts';

/** Programs, each with its version and where it is. */
export function ProgramTable({ programs }: { programs: readonly ProgramView[] }) {
  const t = useWords(words);
  const columns: Column<ProgramView>[] = [
    {
      key: 'program',
      title: t.program,
      kind: 'main',
      cell: (one) => <Said>{one.name}</Said>,
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    {
      key: 'usable',
      title: t.status,
      cell: ({ usable, reason }) =>
        usable ? (
          <Mark shape="check" tone="good">
            {t.usable}
          </Mark>
        ) : (
          <span>
            <Mark shape="cross" tone="warn">
              {t.notUsable}
            </Mark>{' '}
            {reason !== null && <Said english>{reason}</Said>}
          </span>
        ),
    },
    {
      key: 'version',
      title: t.version,
      cell: (one) => <Said>{one.version ?? '–'}</Said>,
    },
    { key: 'login', title: t.login, cell: ({ auth }) => t[`auth_${auth}`] },
    { key: 'category', title: t.category, cell: (one) => one.category },
    { key: 'where', title: t.where, cell: (one) => <Said>{`${one.host}:${one.root}`}</Said> },
    {
      key: 'path',
      title: t.path,
      cell: (one) => (
        <code>
          <Said>{one.path}</Said>
        </code>
      ),
    },
  ];
  return (
    <Table
      caption={t.programs}
      columns={columns}
      rows={programs}
      keyOf={({ host, root, name }) => `${host} ${root} ${name}`}
    />
  );
}

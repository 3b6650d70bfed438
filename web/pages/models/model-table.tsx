import type { ModelView } from '../../../contracts/models.ts';
import { bytes, decimal } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago } from '../../parts/time.tsx';
import { ModelMark } from './model-mark.tsx';
import { Remove } from './remove.tsx';
import { words } from './words.ts';

/** The models of all hosts. */
export function ModelTable({ models }: { models: readonly ModelView[] }) {
  const t = useWords(words);
  const several = new Set(models.map(({ host }) => host)).size > 1;
  const columns: Column<ModelView>[] = [
    {
      key: 'status',
      title: t.status,
      cell: ({ status, reason }) => (
        <span>
          <ModelMark status={status} /> {reason !== null && <Said english>{reason}</Said>}
          {status === 'missing' && t.missingAbout}
          {status === 'removing' && t.removingAbout}
        </span>
      ),
    },
    {
      key: 'name',
      title: t.name,
      kind: 'main',
      cell: (one) => (
        <>
          <Said>{one.name}</Said>
          {one.pinned && (
            <>
              {' '}
              <Mark shape="endless" tone="accent">
                {t.pinned}
              </Mark>
            </>
          )}
        </>
      ),
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    ...(several
      ? [{ key: 'host', title: t.host, cell: (one: ModelView) => <Said>{one.host}</Said> }]
      : []),
    { key: 'source', title: t.source, cell: (one) => t[`from_${one.source}`] },
    {
      key: 'size',
      title: t.size,
      kind: 'num',
      cell: (one) => bytes(one.size_bytes),
      sort: (one, other) => one.size_bytes - other.size_bytes,
    },
    {
      key: 'format',
      title: t.format,
      cell: ({ format, architecture }) => [format, architecture].filter(Boolean).join(', ') || '–',
    },
    {
      key: 'context',
      title: t.context,
      kind: 'num',
      cell: (one) => one.context_length?.toLocaleString('en') ?? '–',
    },
    { key: 'license', title: t.license, cell: (one) => <Said>{one.license ?? '–'}</Said> },
    {
      key: 'used',
      title: t.used,
      cell: (one) => (one.last_used_at === null ? t.never : <Ago at={one.last_used_at} />),
      sort: (one, other) => (one.last_used_at ?? '').localeCompare(other.last_used_at ?? ''),
    },
    {
      key: 'score',
      title: t.score,
      kind: 'num',
      cell: (one) => decimal(one.use_score),
      sort: (one, other) => one.use_score - other.use_score,
    },
    { key: 'acts', title: t.acts, kind: 'acts', cell: (one) => <Remove model={one} /> },
  ];
  return (
    <Table
      caption={t.modelsCaption}
      columns={columns}
      rows={models}
      keyOf={(one) => one.model_id}
    />
  );
}

import type { ModelPull } from '../../../contracts/models.ts';
import { useWords } from '../../base/words.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { Progress, PullMark } from './progress.tsx';
import { words } from './words.ts';

/** The pulls that run, each with how far it is. */
export function Pulls({ pulls }: { pulls: readonly ModelPull[] }) {
  const t = useWords(words);
  if (pulls.length === 0) return null;
  const columns: Column<ModelPull>[] = [
    { key: 'status', title: t.status, cell: (one) => <PullMark status={one.status} /> },
    { key: 'name', title: t.name, kind: 'main', cell: (one) => <Said>{pullName(one)}</Said> },
    { key: 'progress', title: t.progress, cell: (one) => <Progress of={one} /> },
    { key: 'host', title: t.host, cell: (one) => <Said>{one.host}</Said> },
    { key: 'owner', title: t.owner, cell: (one) => <Said>{one.owner}</Said> },
    { key: 'since', title: t.since, cell: (one) => <Time at={one.created_at} /> },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => (
        <Cancel
          path={`/hermes/job/${one.job_id}`}
          resource="host_models"
          owner={one.owner}
          asked={t.cancelled}
        />
      ),
    },
  ];
  return (
    <Section title={t.pulls} count={pulls.length}>
      <Table caption={t.pulls} columns={columns} rows={pulls} keyOf={(one) => one.job_id} />
    </Section>
  );
}

/** What a pull brings, in one line. */
export const pullName = ({ model, file }: ModelPull): string =>
  file === null ? model : `${model}: ${file}`;

import { Link } from 'wouter';
import type { AudioJob } from '../../../contracts/audio.ts';
import { useWords } from '../../base/words.ts';
import { Names } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { ownerColumn, whenColumn } from '../../things/run-columns.tsx';
import { JobMark } from './job-mark.tsx';
import { words } from './words.ts';

/** The files that a job is about. */
export const filesOf = ({ request }: AudioJob): string[] =>
  request.inputs.map(({ audio_path }) => audio_path);

/** Audio jobs, each with how far it is. */
export function JobTable({ jobs }: { jobs: readonly AudioJob[] }) {
  const t = useWords(words);
  const columns: Column<AudioJob>[] = [
    {
      key: 'status',
      title: t.status,
      cell: (one) => (
        <span>
          <JobMark status={one.status} />
          {one.finished_at === null && one.status !== 'queued' && ` ${one.percent} %`}
        </span>
      ),
    },
    {
      key: 'kind',
      title: t.kind,
      kind: 'main',
      cell: (one) => <Link to={`/audio/${one.job_id}`}>{t[`kind_${one.request.kind}`]}</Link>,
    },
    { key: 'files', title: t.files, cell: (one) => <Names>{filesOf(one)}</Names> },
    ownerColumn(t.owner),
    whenColumn(t.created, 'created'),
  ];
  return (
    <Table caption={t.jobsCaption} columns={columns} rows={jobs} keyOf={(one) => one.job_id} />
  );
}

import type { AudioJob } from '../../../../contracts/audio.ts';
import { useWords } from '../../../base/words.ts';
import { Section } from '../../../parts/page.tsx';
import { Said } from '../../../parts/said.tsx';
import { Table, type Column } from '../../../parts/table.tsx';
import { Download } from '../../../things/download.tsx';
import { words } from './words.ts';

/** The files that a job left. @param path the address of the job */
export function Artifacts({ job, path }: { job: AudioJob; path: string }) {
  const t = useWords(words);
  if (job.artifacts.length === 0) return null;
  const columns: Column<{ name: string }>[] = [
    { key: 'name', title: t.artifact, kind: 'main', cell: ({ name }) => <Said>{name}</Said> },
    {
      key: 'acts',
      title: t.download,
      kind: 'acts',
      cell: ({ name }) => (
        <Download below={`${path}/artifacts/`} path={name} about={name}>
          {t.download}
        </Download>
      ),
    },
  ];
  return (
    <Section title={t.left} count={job.artifacts.length}>
      <Table
        caption={t.left}
        columns={columns}
        rows={job.artifacts.map((name) => ({ name }))}
        keyOf={({ name }) => name}
      />
    </Section>
  );
}

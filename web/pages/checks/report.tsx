import { useWords, type Words } from '../../base/words.ts';
import type { CheckArtifacts } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Answer, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Download } from '../../things/download.tsx';
import { words } from './words.ts';

/** What a file of a report is; empty for one that this page does not know. */
function aboutFile(path: string, t: Words<typeof words>): string {
  const log = /^logs\/(.+)\.txt$/.exec(path)?.[1];
  if (log !== undefined) return t.log(log);
  const text = path in t ? t[path as keyof typeof t] : '';
  return typeof text === 'string' ? text : '';
}

/** The files of a run's report, each to save. */
export function Report({ id }: { id: string }) {
  const t = useWords(words);
  const below = `/vx11/checks/${id}/artifacts`;
  const files = useRead<CheckArtifacts>('checks', below);
  const columns: Column<string>[] = [
    { key: 'file', title: t.file, kind: 'main', cell: (one) => <Said>{one}</Said> },
    { key: 'about', title: t.about, cell: (one) => <Said>{aboutFile(one, t)}</Said> },
    {
      key: 'acts',
      title: t.download,
      kind: 'acts',
      cell: (one) => (
        <Download below={`${below}/`} path={one} about={one}>
          {t.download}
        </Download>
      ),
    },
  ];
  return (
    <Section title={t.report} count={files.data?.files.length}>
      <Answer of={files} rows={6}>
        {(data) => (
          <Table caption={t.report} columns={columns} rows={data.files} keyOf={(one) => one} />
        )}
      </Answer>
    </Section>
  );
}

import type { AudioIssue } from '../../../../contracts/audio-report.ts';
import { useWords } from '../../../base/words.ts';
import { Note, Section } from '../../../parts/page.tsx';
import { Said } from '../../../parts/said.tsx';
import { Table, type Column } from '../../../parts/table.tsx';
import { SeverityMark } from '../../../things/severity-mark.tsx';
import styles from '../audio.module.css';
import { placeText } from './clock-text.ts';
import { numbered } from './numbered.ts';
import { words } from './words.ts';

const shownRanges = 5;

/** What is wrong, where, why, and what to do about it. */
export function Problems({ issues }: { issues: readonly AudioIssue[] }) {
  const t = useWords(words);
  type Row = ReturnType<typeof numbered>[number];
  const columns: Column<Row>[] = [
    {
      key: 'kind',
      title: t.problem,
      kind: 'main',
      cell: ({ issue, nth }) => (
        <>
          {nth} <code>{issue.kind}</code>
        </>
      ),
    },
    {
      key: 'severity',
      title: t.severity,
      cell: ({ issue }) => <SeverityMark of={issue.severity} />,
    },
    { key: 'when', title: t.when, cell: ({ issue }) => <Times of={issue} /> },
    { key: 'why', title: t.why, cell: ({ issue }) => <Said english>{issue.because}</Said> },
    { key: 'fix', title: t.fix, cell: ({ issue }) => <Said english>{issue.fix}</Said> },
  ];
  return (
    <Section title={t.problems} count={issues.length}>
      {issues.length === 0 ? (
        <Note tone="good">{t.noProblems}</Note>
      ) : (
        <Table
          caption={t.problems}
          columns={columns}
          rows={numbered(issues)}
          keyOf={({ nth }) => String(nth)}
        />
      )}
    </Section>
  );
}

function Times({ of: { ranges } }: { of: AudioIssue }) {
  const t = useWords(words);
  if (ranges.length === 0) return t.whole;
  return (
    <span className={styles['times']}>
      {ranges.slice(0, shownRanges).map(([from, to]) => (
        <span key={from}>{`${placeText(from, 2)}–${placeText(to, 2)}`}</span>
      ))}
      {ranges.length > shownRanges && <span>{t.more(ranges.length - shownRanges)}</span>}
    </span>
  );
}

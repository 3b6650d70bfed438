import type { AudioChainLink, AudioReport } from '../../../../contracts/audio-report.ts';
import { useWords } from '../../../base/words.ts';
import { Note, Section } from '../../../parts/page.tsx';
import { Said } from '../../../parts/said.tsx';
import { Table, type Column } from '../../../parts/table.tsx';
import { words } from './words.ts';

/** The parts of the chain, each with its settings and its reason, and those that the REAPER project lacks. */
export function Chain({
  report: { chain, not_in_project },
}: {
  report: Pick<AudioReport, 'chain' | 'not_in_project'>;
}) {
  const t = useWords(words);
  if (chain.length === 0) return null;
  const columns: Column<AudioChainLink>[] = [
    { key: 'effect', title: t.effect, kind: 'main', cell: (one) => <Said>{one.effect}</Said> },
    {
      key: 'settings',
      title: t.settings,
      cell: ({ settings }) => (
        <code>
          {Object.entries(settings)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')}
        </code>
      ),
    },
    { key: 'why', title: t.why, cell: (one) => <Said english>{one.because}</Said> },
  ];
  return (
    <Section title={t.chain} count={chain.length}>
      <Table
        caption={t.chain}
        columns={columns}
        rows={chain}
        keyOf={(one) => `${one.effect} ${JSON.stringify(one.settings)}`}
      />
      {not_in_project !== undefined && not_in_project.length > 0 && (
        <Note tone="warn">{t.notInProject(not_in_project)}</Note>
      )}
    </Section>
  );
}

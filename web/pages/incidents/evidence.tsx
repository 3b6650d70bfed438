import type { Incident, Observed } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { Section } from '../../parts/page.tsx';
import { Quoted, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';

/** What the looks saw, and what people noted. */
export function Evidence({ of: { evidence, notes } }: { of: Incident }) {
  const t = useWords(words);
  const seen = [evidence.first, ...evidence.worst, evidence.last];
  const looks = [...new Map(seen.map((one) => [one.at, one])).values()].toSorted((one, other) =>
    one.at.localeCompare(other.at),
  );
  const columns: Column<Observed>[] = [
    { key: 'at', title: t.when, cell: (one) => <Time at={one.at} /> },
    {
      key: 'what',
      title: t.saw,
      cell: (one) => <Said english>{one.detail}</Said>,
    },
    {
      key: 'value',
      title: t.value,
      kind: 'num',
      cell: (one) => (one.value === null ? '' : String(Math.round(one.value * 1000) / 1000)),
    },
  ];
  return (
    <>
      <Section title={t.evidence} count={looks.length}>
        <Table caption={t.evidence} columns={columns} rows={looks} keyOf={(one) => one.at} />
      </Section>
      {notes.length > 0 && (
        <Section title={t.notes} count={notes.length}>
          <ul>
            {notes.map(({ at, by, text }) => (
              <li key={`${at} ${by}`}>
                <Time at={at} /> <Said>{by}</Said>: <Quoted>{text}</Quoted>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

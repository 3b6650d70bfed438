import type { ProgramListAnswer, ProgramView } from '../../../contracts/programs.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { Chips, useFilter } from '../../parts/filters.tsx';
import { Answer, Empty, Section } from '../../parts/page.tsx';
import { Scan, ScanNow, isScanning } from './scan.tsx';
import { ProgramTable } from './program-table.tsx';
import { words } from './words.ts';

/** The log has an event for the end of a scan, and none for its start. */
const whileScanningMs = 1000;

/** The command-line programs of each host. */
export function Programs() {
  const t = useWords(words);
  const [kind, setKind] = useFilter('kind');
  const programs = useRead<ProgramListAnswer>(
    'programs',
    '/hermes/clis',
    {},
    { everyMs: (data) => (data?.scans.some(isScanning) === true ? whileScanningMs : null) },
  );
  return (
    <Section title={t.programs} count={programs.data?.programs.length} aside={<ScanNow />}>
      <Answer of={programs} rows={6}>
        {({ programs: all, scans }) => (
          <>
            {scans.map((scan) => (
              <Scan key={scan.scan_id} of={scan} />
            ))}
            {all.length === 0 ? (
              <Empty>{t.noPrograms}</Empty>
            ) : (
              <>
                <Chips
                  label={t.category}
                  value={kind}
                  options={kindsOf(all, t.all)}
                  onChange={setKind}
                />
                <ProgramTable
                  programs={all.filter((one) => kind === '' || one.category === kind)}
                />
              </>
            )}
          </>
        )}
      </Answer>
    </Section>
  );
}

/** The categories that occur, each with how many programs it has. */
function kindsOf(programs: readonly ProgramView[], all: string) {
  const groups = [...Map.groupBy(programs, ({ category }) => category)];
  return [
    { value: '', text: all, count: programs.length },
    ...groups
      .map(([value, of]) => ({ value: value as string, text: value as string, count: of.length }))
      .toSorted((one, other) => one.text.localeCompare(other.text)),
  ];
}

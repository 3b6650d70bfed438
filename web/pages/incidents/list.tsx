import { useWords } from '../../base/words.ts';
import type { AntStatus, IncidentList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Note, Page, Section } from '../../parts/page.tsx';
import { Ago } from '../../parts/time.tsx';
import { Ants } from './ants.tsx';
import { lookMs } from './look.ts';
import { ScanNow } from './scan-now.tsx';
import { IncidentTable } from './table.tsx';
import { words } from './words.ts';

const states = ['open', 'acknowledged', 'resolved', 'closed'] as const;

/** What is in trouble, open first, and what the ants see. */
export function Incidents() {
  const t = useWords(words);
  const mayAct = useMay('operator');
  const [shown, setShown] = useFilter('show');
  const length = useLength(100);
  const query = { status: shown === '' ? undefined : shown, limit: length.limit };
  const incidents = useRead<IncidentList>('incidents', '/hormiguero/incidents', query);
  const every = { everyMs: () => lookMs };
  const ants = useRead<AntStatus>('ants', '/hormiguero/status', {}, every);
  const last = ants.data?.last_scan ?? null;
  return (
    <Page title={t.title} aside={mayAct && <ScanNow />}>
      {!mayAct && <Note>{t.viewer}</Note>}
      <Section
        title={t.list}
        count={incidents.data?.incidents.length}
        aside={
          <StateChips
            label={t.filter}
            value={shown}
            states={states}
            words={t}
            onChange={setShown}
          />
        }
      >
        <Listed
          of={incidents}
          rows={4}
          pick={(data) => data.incidents}
          length={length}
          empty={shown === '' ? t.nothing : t.none}
          more={t.more}
        >
          {(rows) => <IncidentTable incidents={rows} />}
        </Listed>
      </Section>
      <Section
        title={t.ants}
        aside={
          last !== null && (
            <span>
              {t.lastLook} <Ago at={last} />
            </span>
          )
        }
      >
        <Ants />
      </Section>
    </Page>
  );
}

import { useSearchParams } from 'wouter';
import type { DriftFinding } from '../../../contracts/drift.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { DriftList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Chips, useFilter } from '../../parts/filters.tsx';
import { Answer, Empty, Note, Page } from '../../parts/page.tsx';
import { Asleep } from '../../things/services/asleep.tsx';
import { Patches } from '../../things/patches/patches.tsx';
import { AuditNow } from './audit-now.tsx';
import { Audits } from './audits.tsx';
import { Findings } from './findings.tsx';
import { PatchDialog } from './patch-dialog.tsx';
import { words } from './words.ts';

const states = ['drift', 'pending', 'info', 'ignored'] as const;
const countOf = (items: readonly DriftFinding[], state: string): number =>
  items.filter((one) => state === '' || one.state === state).length;

/** What differs from what the compose files declare, by stack and service, and the patches that put it right. */
export default function Drift() {
  const t = useWords(words);
  const mayAudit = useMay('operator');
  const [shown, setShown] = useFilter('show');
  const [search] = useSearchParams();
  const of = search.get('patch');
  const close = useCloseLayer('/drift');
  const drift = useRead<DriftList>('drift', '/drift');
  return (
    <Page title={t.title} aside={mayAudit && <AuditNow />}>
      {!mayAudit && <Note>{t.viewer}</Note>}
      <Asleep service="manifestator" />
      <Answer of={drift} rows={6}>
        {({ items, audits }) =>
          audits.length === 0 ? (
            <Empty>{t.never}</Empty>
          ) : (
            <>
              <Audits audits={audits} />
              <Chips
                label={t.filter}
                value={shown}
                options={[
                  { value: '', text: t.all, count: items.length },
                  ...states.map((state) => ({
                    value: state,
                    text: t[state],
                    count: countOf(items, state),
                  })),
                ]}
                onChange={setShown}
              />
              {countOf(items, shown) === 0 ? (
                <Empty>{shown === '' ? t.nothing : t.none}</Empty>
              ) : (
                <Findings findings={items.filter((one) => shown === '' || one.state === shown)} />
              )}
            </>
          )
        }
      </Answer>
      {of !== null && mayAudit && drift.data !== undefined && (
        <PatchDialog
          module_name={of}
          findings={drift.data.items.filter((one) => (one.service ?? 'stack') === of)}
          onClose={close}
        />
      )}
      <Patches only={({ repair_id }) => repair_id === null} />
    </Page>
  );
}

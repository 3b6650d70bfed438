import type { DriftAudit } from '../../../contracts/drift.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import styles from './drift.module.css';
import { words } from './words.ts';

const looks: Record<DriftAudit['status'], readonly [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  running: ['half', 'accent'],
  done: ['check', 'good'],
  failed: ['cross', 'bad'],
};

/** The last comparison of each stack. */
export const Audits = ({ audits }: { audits: readonly DriftAudit[] }) => (
  <ul className={styles['audits']}>
    {audits.map((one) => (
      <li key={one.audit_id}>
        <Audit of={one} />
      </li>
    ))}
  </ul>
);

function Audit({ of }: { of: DriftAudit }) {
  const t = useWords(words);
  const { host, status, owner, services, containers, fresh, cleared, cause, detail } = of;
  const [shape, tone] = looks[status];
  return (
    <>
      <Mark shape={shape} tone={tone}>
        {t[`audit_${status}`]}
      </Mark>{' '}
      <strong>
        <Said>{host}</Said>
      </strong>{' '}
      <Time at={of.finished_at ?? of.created_at} /> · <Said>{owner}</Said>
      {status === 'done' && ` · ${t.compared(services, containers)} · ${t.changed(fresh, cleared)}`}
      {cause !== null && (
        <>
          {' '}
          <Cause cause={cause} detail={detail} />
        </>
      )}
    </>
  );
}

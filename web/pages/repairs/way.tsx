import type { RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { useMay } from '../../live/session.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Note } from '../../parts/page.tsx';
import { Remaining } from '../../parts/time.tsx';
import { repairWords } from '../../things/repair-mark.tsx';
import styles from './repairs.module.css';
import { way, wayOf } from './stages.ts';
import { words } from './words.ts';

/** How far a repair is, and the yes that it waits for. */
export function Way({ repair, plan }: { repair: RepairView; plan: Plan | undefined }) {
  const t = useWords(words);
  const steps = useWords(repairWords);
  const mayDecide = useMay('operator');
  const { status, repair_id } = repair;
  const at = wayOf(status);
  const waits = status === 'waiting' && plan?.status === 'WAITING';
  return (
    <>
      {waits && (
        <Note
          tone="warn"
          act={
            <LinkButton
              to={`/repairs/${repair_id}?review`}
              weight={mayDecide ? 'primary' : 'plain'}
            >
              {mayDecide ? t.review : t.look}
            </LinkButton>
          }
        >
          <strong>{t.proved}</strong> {t.nothingYet}
          {plan.confirmation !== null && (
            <>
              {' '}
              {t.expires} <Remaining until={plan.confirmation.expires_at} />.
            </>
          )}
          {!mayDecide && ` ${t.viewerPlan}`}
        </Note>
      )}
      <ol className={styles['way']} aria-label={t.way}>
        {way.map((step, nth) => (
          <li key={step} aria-current={nth === at ? 'step' : undefined}>
            <Mark
              shape={nth < at ? 'check' : nth === at ? 'half' : 'ring'}
              tone={nth < at ? 'good' : nth === at ? 'accent' : 'calm'}
            >
              {steps[step]}
            </Mark>
          </li>
        ))}
      </ol>
    </>
  );
}

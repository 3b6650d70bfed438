import type { RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Note } from '../../parts/page.tsx';
import { repairLooks } from '../../things/repair-mark.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';
import { adviceFor } from './advice.ts';

/** How a repair ended, in VX11's words, and what to do next. */
export function End({ repair }: { repair: RepairView }) {
  const t = useWords(words);
  const advice = useWords(adviceFor);
  const { status, cause, detail } = repair;
  const tone = repairLooks[status][1];
  const next =
    cause !== null && cause in advice
      ? advice[cause as keyof typeof advice]
      : status in advice
        ? advice[status as keyof typeof advice]
        : null;
  return (
    <Note tone={tone === 'accent' ? 'calm' : tone}>
      <Cause cause={cause === status ? null : cause} detail={detail} />
      {next !== null && (
        <p className={styles['next']}>
          <strong>{t.next}</strong> {next}
        </p>
      )}
    </Note>
  );
}

import type { RepairCandidate } from '../../../contracts/repair.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { FoundBy } from './found-by.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';

/** Where a candidate stands, and what it mends. */
export function Head({
  of: { verdict, cause, class: kind, by, seconds },
  name,
  trying,
  ended,
}: {
  of: RepairCandidate;
  name: string;
  trying: boolean;
  ended: boolean;
}) {
  const t = useWords(words);
  return (
    <div className={styles['candidatehead']}>
      {verdict === 'proved' ? (
        <Mark shape="check" tone="good">
          {t.isProved}
        </Mark>
      ) : verdict !== 'untried' ? (
        <Mark shape="cross" tone={verdict === 'refused' ? 'calm' : 'bad'}>
          {verdict === 'refused' ? t.isRefused : t.isNotProved}
        </Mark>
      ) : (
        <Mark shape={trying ? 'half' : ended ? 'dashed' : 'dots'} tone={trying ? 'accent' : 'calm'}>
          {trying ? t.isTrying : ended ? t.notTried : t.toCome}
        </Mark>
      )}
      <h3>
        {name}: <Said english>{cause}</Said>
      </h3>
      <span className={styles['by']}>
        <FoundBy by={by} kind={kind} />
        {seconds !== null && ` · ${duration(seconds * 1000)}`}
      </span>
    </div>
  );
}

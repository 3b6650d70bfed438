import type { RepairCandidate } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import styles from './repairs.module.css';
import { shownBy } from './stages.ts';
import { failedWords, passedWords, words } from './words.ts';

/** What a change showed in copies, in the order in which it has to. */
export function Trial({ of }: { of: RepairCandidate }) {
  const t = useWords(words);
  const passed = useWords(passedWords);
  const failed = useWords(failedWords);
  return (
    <ol className={styles['trial']} aria-label={t.trial}>
      {shownBy(of).map((shown) =>
        shown.state === 'open' ? (
          <li key="open">
            <Mark shape="ring" tone="calm">
              {t.open(shown.stages.map((stage) => passed[stage]).join(', '))}
            </Mark>
          </li>
        ) : (
          <li key={shown.stage}>
            <Mark
              shape={shown.state === 'passed' ? 'check' : 'cross'}
              tone={shown.state === 'passed' ? 'good' : 'bad'}
            >
              {(shown.state === 'passed' ? passed : failed)[shown.stage]}
            </Mark>
          </li>
        ),
      )}
    </ol>
  );
}

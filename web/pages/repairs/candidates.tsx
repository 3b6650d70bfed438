import type { RepairCandidate, RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import { Diff } from '../../parts/diff/diff.tsx';
import { More } from '../../parts/more.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { hasEnded } from '../../things/run-time.ts';
import { Facts } from './found-by.tsx';
import styles from './repairs.module.css';
import { triedNow } from './stages.ts';
import { words } from './words.ts';
import { Trial } from './trial.tsx';
import { Head } from './candidate-head.tsx';

/** The changes that were tried, each with how far it came and why it was refused. */
export function Candidates({
  repair,
  candidates,
}: {
  repair: RepairView;
  candidates: readonly RepairCandidate[];
}) {
  const t = useWords(words);
  if (candidates.length === 0) return null;
  const now = triedNow(candidates, repair);
  const several = candidates.some(({ cycle }) => cycle > 1);
  return (
    <Section title={t.tried} count={candidates.length}>
      <ol className={styles['candidates']}>
        {candidates.map((one) => (
          <li key={`${one.cycle}.${one.nth}`} className={styles['candidate']}>
            <Head
              of={one}
              name={several ? t.nthOf(one.nth, one.cycle) : t.nth(one.nth)}
              trying={one === now}
              ended={hasEnded(repair)}
            />
            {one.verdict !== 'untried' && <Trial of={one} />}
            {one.why !== null && (
              <p className={styles['whynot']}>
                {t.whyNot} <Said english>{one.why}</Said>
              </p>
            )}
            <More summary={t.showDiff} open={one.verdict === 'proved'}>
              <Diff text={one.diff} />
            </More>
            {(one.facts.length > 0 || one.changes.length > 0) && (
              <More summary={t.showFacts}>
                <Facts of={one.facts} />
                {one.changes.length > 0 && (
                  <>
                    <p>{t.otherwise}</p>
                    <ul className={styles['facts']}>
                      {one.changes.map((change) => (
                        <li key={change}>
                          <Said english>{change}</Said>
                        </li>
                      ))}
                    </ul>
                  </>
                )}
              </More>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

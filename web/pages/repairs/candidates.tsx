import type { RepairCandidate, RepairView } from '../../../contracts/repair.ts';
import { duration } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import { Diff } from '../../parts/diff/diff.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { hasEnded } from '../../things/run-time.ts';
import { Facts, FoundBy } from './findings.tsx';
import styles from './repairs.module.css';
import { shownBy, triedNow } from './stages.ts';
import { failedWords, passedWords, words } from './words.ts';

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
            <details className={styles['more']} open={one.verdict === 'proved'}>
              <summary>{t.showDiff}</summary>
              <Diff text={one.diff} />
            </details>
            {(one.facts.length > 0 || one.changes.length > 0) && (
              <details className={styles['more']}>
                <summary>{t.showFacts}</summary>
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
              </details>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Head({
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

/** What a change showed in copies, in the order in which it has to. */
function Trial({ of }: { of: RepairCandidate }) {
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

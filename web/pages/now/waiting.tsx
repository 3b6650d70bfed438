import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Section } from '../../parts/page.tsx';
import { Quoted, Said } from '../../parts/said.tsx';
import { Ago, Remaining } from '../../parts/time.tsx';
import { Risk } from '../../things/plans/plan-mark.tsx';
import { useDeedName } from '../../things/plans/use-deed-name.ts';
import styles from './now.module.css';
import { words } from './words.ts';

/** The plans that wait for a person, those that expire first on top. */
export function Waiting({ plans }: { plans: readonly Plan[] }) {
  const t = useWords(words);
  const deed = useDeedName();
  if (plans.length === 0) return null;
  const sorted = plans.toSorted((one, other) =>
    (one.confirmation?.expires_at ?? '').localeCompare(other.confirmation?.expires_at ?? ''),
  );
  return (
    <Section title={t.waiting} count={plans.length}>
      <ul className={`${styles['rows']} ${styles['plans']}`}>
        {sorted.map((plan) => {
          const { plan_id, risk, actor, reason, confirmation } = plan;
          const what = deed(plan);
          return (
            <li key={plan_id} className={styles['row']} data-row={plan_id}>
              <Risk level={risk} />
              <span className={styles['name']}>
                <Said>{what}</Said>
              </span>
              <span className={styles['why']}>
                <Said>{actor}</Said>, <Ago at={plan.created_at} />
                {reason !== null && (
                  <>
                    {' · '}
                    <Quoted>{reason}</Quoted>
                  </>
                )}
              </span>
              {confirmation !== null && (
                <span className={styles['who']}>
                  {t.agreed(confirmation.approvals.length, confirmation.quorum)} · {t.expires}{' '}
                  <Remaining until={confirmation.expires_at} />
                </span>
              )}
              <span className={styles['acts']}>
                <LinkButton to={`/plans/${plan_id}?review`} weight="primary" about={what}>
                  {t.review}
                </LinkButton>
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

import { useState } from 'react';
import type { SessionTurn } from '../../../contracts/chat.ts';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { PlanMark, Risk } from '../../things/plans/plan-mark.tsx';
import { Steps } from '../../things/plans/plan-steps.tsx';
import { ReviewDialog } from '../../things/plans/review-dialog.tsx';
import styles from './chat.module.css';
import { words } from './words.ts';

/** What a person wrote. */
export const Mine = ({ children, at }: { children: string; at?: string }) => (
  <div className={styles['mine']}>
    <Said>{children}</Said>
    {at !== undefined && (
      <span className={styles['meta']}>
        <Time at={at} />
      </span>
    )}
  </div>
);

/** A message and its answer, as they are stored. */
export const Turn = ({ turn }: { turn: SessionTurn }) => (
  <div className={styles['turn']}>
    <Mine at={turn.at}>{turn.message}</Mine>
    <div className={styles['answer']}>
      <Said>{turn.response}</Said>
      {turn.plan_id !== null && <PlanInline id={turn.plan_id} />}
    </div>
  </div>
);

/** The plan that a message led to, live; it can be reviewed without leaving the talk. */
export function PlanInline({ id }: { id: string }) {
  const t = useWords(words);
  const plan = useRead<Plan>('plans', `/madre/plans/${id}`);
  const [reviewing, setReviewing] = useState(false);
  const { data } = plan;
  if (data === undefined) return null;
  const waits = data.status === 'WAITING';
  return (
    <div className={styles['plan']}>
      <div className={styles['planhead']}>
        <PlanMark status={data.status} />
        <Risk level={data.risk} />
        <span className={styles['planacts']}>
          {waits && (
            <Button weight="primary" onPress={() => setReviewing(true)}>
              {t.review}
            </Button>
          )}
          <LinkButton to={`/plans/${id}`} weight="quiet">
            {t.openPlan}
          </LinkButton>
        </span>
      </div>
      <Steps steps={data.steps} live={!waits} />
      {reviewing && <ReviewDialog plan={data} onClose={() => setReviewing(false)} />}
    </div>
  );
}

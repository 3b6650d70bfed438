import { useWords } from '../../base/words.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Failure, Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Steps } from '../../things/plans/plan-steps.tsx';
import type { Pending } from './use-talk.ts';
import styles from './chat.module.css';
import { words } from './words.ts';
import { Mine, PlanInline } from './turn.tsx';

/** A message from here while it is answered: the model's words as they come, struck if the answer does not keep them. */
export function PendingTurn({ pending }: { pending: Pending }) {
  const t = useWords(words);
  const { message, text, answer, error } = pending;
  const withdrawn = answer !== null && text !== '' && !answer.response.startsWith(text);
  return (
    <div className={styles['turn']}>
      <Mine>{message}</Mine>
      <div className={styles['answer']} aria-busy={answer === null && error === null}>
        {withdrawn && (
          <p>
            <s>
              <Said>{text}</Said>
            </s>{' '}
            <span className={styles['meta']}>{t.withdrawn}</span>
          </p>
        )}
        {answer === null ? (
          error === null && <Said>{text === '' ? t.thinking : text}</Said>
        ) : (
          <Said>{answer.response}</Said>
        )}
        {answer?.warnings.map((warning) => (
          <Note key={warning} tone="warn">
            {warning === 'still_running' || warning === 'session_busy' ? (
              t[warning]
            ) : (
              <Said english>{warning}</Said>
            )}
          </Note>
        ))}
        {answer !== null && answer.plan_id === null && answer.actions.length > 0 && (
          <Steps steps={answer.actions} live={false} />
        )}
        {answer !== null && answer.plan_id !== null && <PlanInline id={answer.plan_id} />}
        {error !== null &&
          (error.code === 'no_answer' ? (
            <Note tone="warn" act={<LinkButton to="/plans">{t.plans}</LinkButton>}>
              {t.lost}
            </Note>
          ) : (
            <Failure error={error} />
          ))}
      </div>
    </div>
  );
}

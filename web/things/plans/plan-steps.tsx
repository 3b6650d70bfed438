import type { PlanStep } from '../../../contracts/plan.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Diff } from '../../parts/diff/diff.tsx';
import { Said } from '../../parts/said.tsx';
import { Risk, StepMark } from './plan-mark.tsx';
import { planWords } from './plan-words.ts';
import styles from './plan-steps.module.css';
import { subjectOf } from './step-subject.ts';

/** The exact steps, in order, each with its effect, its undo and its limits; while a plan runs, also how each goes. */
export function Steps({
  steps,
  live,
  diffs = true,
}: {
  steps: readonly PlanStep[];
  live: boolean;
  /** False where the change is shown already. */
  diffs?: boolean;
}) {
  const t = useWords(planWords);
  return (
    <ol className={styles['steps']}>
      {steps.map((step) => (
        <li key={step.step_id} className={styles['step']}>
          <div className={styles['line']}>
            <span className={styles['id']}>{step.step_id}</span>
            <code>{step.type}</code>
            <Said>{subjectOf(step)}</Said>
            {step.risk !== 'LOW' && <Risk level={step.risk} />}
            {live && <StepMark status={step.status} />}
          </div>
          <p className={styles['more']}>
            {t.effect}: <Said english>{step.effect}</Said> · {t.undo}:{' '}
            {step.undo === null ? t.undoNone : <Said english>{step.undo}</Said>} · {t.tries}:{' '}
            {step.retries + 1} · {t.limit}: {duration(step.timeout_seconds * 1000)}
            {step.depends_on.length > 0 && ` · ${t.after} ${step.depends_on.join(', ')}`}
            {step.always && ` · ${t.always}`}
          </p>
          {'code' in step.params && (
            <pre className={styles['code']}>
              <Said>{step.params.code}</Said>
            </pre>
          )}
          {diffs && 'diff' in step.params && <Diff text={step.params.diff} />}
          {step.error !== null && (
            <p className={styles['error']}>
              <Cause cause={step.error.code} detail={step.error.detail} />
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

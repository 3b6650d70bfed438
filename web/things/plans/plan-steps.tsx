import type { PlanStep } from '../../../contracts/plan.ts';
import { duration } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Diff } from '../../parts/diff/diff.tsx';
import { Said } from '../../parts/said.tsx';
import { Risk, StepMark } from './plan-mark.tsx';
import { planWords } from './plan-words.ts';
import styles from './plan-steps.module.css';

/** What a step works on, from its exact parameters. */
export function subjectOf(step: PlanStep): string {
  const { params } = step;
  const names = 'services' in params && params.services !== null ? params.services.join(', ') : '';
  switch (step.type) {
    case 'OPEN_WINDOW':
      return `${names} · ${step.params.host}`;
    case 'EXTEND_WINDOW':
      return `${step.params.window_id} · ${names}`;
    case 'CLOSE_WINDOW':
      return [step.params.window_ids.join(', '), names].filter(Boolean).join(' · ');
    case 'RESTART_SERVICE':
      return `${step.params.service} · ${step.params.window_id}`;
    case 'RUN_CHECKS':
    case 'START_REPAIR':
      return `${step.params.suite} · ${step.params.host}`;
    case 'APPLY_PATCH':
      return `${step.params.files.map(({ path }) => path).join(', ')} · ${step.params.host}`;
    case 'SPAWN':
      return step.params.task_type;
    case 'WAIT':
      return duration(step.params.seconds * 1000);
    case 'NOOP':
      return step.params.message;
    case 'SYSTEM_HEALTHCHECK':
      return names;
    default:
      return `${step.params.action}: ${step.params.text}`;
  }
}

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

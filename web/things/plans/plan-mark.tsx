import type { PlanStatus, RiskLevel, StepStatus } from '../../../contracts/plan.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import styles from './plan-mark.module.css';

const words = {
  PENDING: ['about to run', 'a punto de empezar'],
  WAITING: ['waiting', 'en espera'],
  RUNNING: ['running', 'en marcha'],
  DONE: ['done', 'hecho'],
  ERROR: ['failed', 'falló'],
  REJECTED: ['rejected', 'rechazado'],
  CANCELLED: ['cancelled', 'cancelado'],
  SKIPPED: ['not started', 'no empezó'],
  UNDONE: ['undone', 'deshecho'],
  stepPENDING: ['to come', 'pendiente'],
  risk: [(level: string) => `risk ${level}`, (level: string) => `riesgo ${level}`],
} as const;

const looks: Record<PlanStatus | StepStatus, [Shape, Tone]> = {
  PENDING: ['dots', 'calm'],
  WAITING: ['clock', 'warn'],
  RUNNING: ['half', 'accent'],
  DONE: ['check', 'good'],
  ERROR: ['cross', 'bad'],
  REJECTED: ['cross', 'calm'],
  CANCELLED: ['undo', 'calm'],
  SKIPPED: ['ring', 'calm'],
  UNDONE: ['undo', 'warn'],
};

export function PlanMark({ status }: { status: PlanStatus }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}

export function StepMark({ status }: { status: StepStatus }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {status === 'PENDING' ? t.stepPENDING : t[status]}
    </Mark>
  );
}

/** The risk of a plan or of a step: its word in a frame that grows with it. */
export function Risk({ level }: { level: RiskLevel }) {
  const t = useWords(words);
  return (
    <span className={`${styles['risk']} ${styles[level]}`} title={t.risk(level)}>
      {level}
    </span>
  );
}

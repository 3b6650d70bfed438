import type { CheckRunStatus, CheckStatus } from '../../contracts/checks.ts';
import { useWords } from '../base/words.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';

const words = {
  queued: ['queued', 'en cola'],
  running: ['running', 'en marcha'],
  passed: ['passed', 'bien'],
  failed: ['failed', 'falló'],
  flaky: ['flaky', 'inestable'],
  timeout: ['out of time', 'sin tiempo'],
  error: ['error', 'error'],
  inconclusive: ['inconclusive', 'sin veredicto'],
  skipped: ['skipped', 'omitida'],
  off_by_policy: ['asleep by policy', 'dormido por norma'],
  interrupted: ['interrupted', 'interrumpida'],
  not_run: ['not run', 'no se hizo'],
  cancelled: ['cancelled', 'cancelada'],
} as const;

export const checkLooks: Record<CheckStatus | CheckRunStatus, readonly [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  running: ['half', 'accent'],
  passed: ['check', 'good'],
  failed: ['cross', 'bad'],
  flaky: ['warning', 'warn'],
  timeout: ['clock', 'bad'],
  error: ['cross', 'bad'],
  inconclusive: ['question', 'warn'],
  skipped: ['ring', 'calm'],
  off_by_policy: ['ring', 'calm'],
  interrupted: ['warning', 'warn'],
  not_run: ['dashed', 'calm'],
  cancelled: ['undo', 'calm'],
};

/** How a check or a run of checks ended, or that it has not. */
export function CheckMark({ status }: { status: CheckStatus | CheckRunStatus }) {
  const t = useWords(words);
  const [shape, tone] = checkLooks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}

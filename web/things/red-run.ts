import type { CheckRunView } from '../../contracts/checks.ts';

/** Whether a run has checks that a repair may mend; what was not judged is no fault. */
export const isRed = ({ counts }: Pick<CheckRunView, 'counts'>): boolean =>
  (['failed', 'timeout', 'error'] as const).some((status) => (counts[status] ?? 0) > 0);

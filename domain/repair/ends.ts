import type { CheckResult, CheckRunView } from '../../contracts/checks.ts';
import { repairEnds, type RepairView } from '../../contracts/repair.ts';
import type { Finding } from './finding.ts';

/** A check that a repair may mend; what was not judged is no fault. */
export const isRed = ({ status }: Pick<CheckResult, 'status'>): boolean =>
  status === 'failed' || status === 'timeout' || status === 'error';

/** Whether a run has checks that a repair may mend. */
export const isRedRun = ({ counts }: Pick<CheckRunView, 'counts'>): boolean =>
  (['failed', 'timeout', 'error'] as const).some((status) => (counts[status] ?? 0) > 0);

export const repairHasEnded = ({ status }: Pick<RepairView, 'status'>): boolean =>
  repairEnds.safeParse(status).success;

/** 0: repaired; 1: any other end; 2: it could not begin; 3: a patch waits for a person. */
export function exitCodeOf({ status, cause }: Pick<RepairView, 'status' | 'cause'>): number {
  if (status === 'repaired') return 0;
  if (status === 'waiting' || status === 'proposed') return 3;
  const never = status === 'refused_by_policy' || cause === 'policy_invalid';
  return never || cause === 'temporal_unavailable' ? 2 : 1;
}

/** Why nothing can be tried, by what was found: the best finding says what to do. */
export function endWithout(
  findings: readonly Finding[],
  refused: readonly string[],
): {
  status: 'needs_value' | 'external' | 'refused_by_policy' | 'no_candidate';
  cause: string;
  detail: string;
} {
  const [first] = refused;
  if (first !== undefined) {
    return { status: 'refused_by_policy', cause: 'refused', detail: first };
  }
  const found = findings.find(({ fix }) => fix.kind !== 'change');
  if (found?.fix.kind === 'needs_value') {
    return {
      status: 'needs_value',
      cause: found.class,
      detail: `${sentence(found.cause)} ${found.fix.what}`,
    };
  }
  if (found?.fix.kind === 'advice') {
    return {
      status: 'external',
      cause: found.class,
      detail: `${sentence(found.cause)} ${found.fix.todo}`,
    };
  }
  const detail =
    'The failure was reproduced, but no rule knows its cause. failure_context.json in the folder of the repair has what was seen.';
  return { status: 'no_candidate', cause: 'unknown_cause', detail };
}

/** The wait for people counts as well: the stack may have changed meanwhile. */
export const outOfTime = {
  status: 'gave_up',
  cause: 'minutes',
  detail:
    'The time of the policy is over, and no patch was proved in it. Allow more with x-vx11.repair.minutes, or check less at once.',
  cancelled_by: null,
} as const;

/** A cause with a full stop. */
export const sentence = (cause: string): string => (/[.!?]$/.test(cause) ? cause : `${cause}.`);

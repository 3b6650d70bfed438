import type { FilterReason } from '../../contracts/routing.ts';
import type { DecisionInputs, ExcludedTarget, NoTarget } from '../../contracts/routing-decision.ts';

/** The error that the caller gets, by the reason that was in the way; the first that any target has. */
const errors: readonly [FilterReason, NoTarget['error']][] = [
  ['over_budget', 'budget_exceeded'],
  ['over_cost_cap', 'budget_exceeded'],
  ['context_too_small', 'context_length_exceeded'],
  ['lacks_choices', 'invalid_request'],
  ['not_allowed', 'permission_denied'],
  ['asleep_may_not_wake', 'off_by_policy'],
];

/**
 * What is done if no target is eligible: wait in line for one that is only busy, wait for the first that comes back in time to
 * answer within the deadline, or refuse. Limits make it a 429 with the shortest wait, open breakers and hosts without room a 503 with it; others the error that says what to change.
 */
export function noTargetFor({ excluded, request, at_ms }: DecisionInputs): NoTarget {
  const asked = excluded.filter(({ reasons }) => !reasons.includes('not_named'));
  if (asked.length === 0)
    return {
      act: 'refuse',
      error: request.named === null ? 'no_target' : 'model_not_found',
      until_ms: null,
    };
  if (asked.some(isOnlyBusy)) return { act: 'queue', error: 'rate_limit_exceeded', until_ms: null };
  const back = asked.filter(({ until_ms }) => until_ms !== null);
  const first = back.toSorted((one, other) => one.until_ms! - other.until_ms!)[0];
  if (first !== undefined)
    return {
      act: answersBefore(first, at_ms, request.deadline_seconds) ? 'wait' : 'refuse',
      error: back.some(isLimited) ? 'rate_limit_exceeded' : 'no_target',
      until_ms: first.until_ms,
    };
  // of targets with one reason only: changing that would do
  const nearest = Math.min(...asked.map(({ reasons }) => reasons.length));
  const near = asked.filter(({ reasons }) => reasons.length === nearest);
  const named = errors.find(([reason]) => near.some(({ reasons }) => reasons.includes(reason)));
  return { act: 'refuse', error: named?.[1] ?? 'no_target', until_ms: null };
}

/** It takes no more at the same time, and nothing else is in the way. */
export const isOnlyBusy = ({ reasons }: ExcludedTarget): boolean =>
  reasons.every((reason) => reason === 'busy');

const isLimited = ({ reasons }: ExcludedTarget): boolean =>
  !reasons.includes('breaker_open') && !reasons.includes('no_room');

/** Without a deadline nobody said that they would wait. */
const answersBefore = (
  { until_ms, answer_seconds }: ExcludedTarget,
  now: number,
  deadline: number | null,
): boolean => deadline !== null && (until_ms! - now) / 1000 + (answer_seconds ?? 0) < deadline;

import type { FilterReason, RequestFeatures, RoutingTarget } from '../../contracts/routing.ts';
import type { Quote } from './quote.ts';

/** Adds why a target whose service sleeps, wakes or is soon to sleep cannot take the request. Asleep alone is no reason. */
export function sleepReasons(
  reasons: FilterReason[],
  { sleep }: RoutingTarget,
  request: RequestFeatures,
  { answer_p50, answer_p90, wake }: Quote,
  now: number,
): void {
  if (sleep === null) return;
  const { deadline_seconds: deadline } = request;
  if (sleep.state === 'asleep') {
    const blocked = sleep.blocked_until_ms !== null && sleep.blocked_until_ms > now;
    const may = request.wake === 'allow' && sleep.may_open && sleep.on_wake_list;
    if (!may || sleep.quiet || blocked) reasons.push('asleep_may_not_wake');
    if (!sleep.has_room) reasons.push('no_room');
    if (sleep.longest_window_seconds < answer_p90) reasons.push('window_ends_too_soon');
  } else if (sleep.state !== 'waking' && sleep.until_ms !== null && !sleep.may_extend) {
    if (now + answer_p90 * 1000 > sleep.until_ms) reasons.push('window_ends_too_soon');
  }
  if (wake.p90 > 0 && deadline !== null && wake.p90 + answer_p50 >= deadline)
    reasons.push('wake_too_slow');
}

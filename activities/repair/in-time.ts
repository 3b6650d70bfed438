import { Context } from '@temporalio/activity';
import type { Clock } from '../../platform/clock.ts';
import { longestTimerMs } from '../../platform/time.ts';

/**
 * Does work that ends with the activity, and when the time of the repair is over.
 * @param until epoch ms; undefined in runs of an older version, which have no such bound
 * @returns null if the time was over first
 * @throws what `work` throws in time
 */
export async function inTime<T extends {}>(
  clock: Clock,
  until: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const { cancellationSignal } = Context.current();
  if (until === undefined) return work(cancellationSignal);
  const left = until - clock();
  if (left <= 0) return null;
  const over = AbortSignal.timeout(Math.min(left, longestTimerMs));
  try {
    return await work(AbortSignal.any([cancellationSignal, over]));
  } catch (error) {
    if (!over.aborted || cancellationSignal.aborted) throw error;
    return null;
  }
}

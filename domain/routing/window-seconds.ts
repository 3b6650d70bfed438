import type { SleepFacts } from '../../contracts/routing.ts';

/**
 * How long a window is that is opened, or made longer, for a request: until the last of those that wait was answered, since a
 * request must not find it ended because it stood in a line. At least the shortest window, and never longer than the cap.
 *
 * @param answerP90 seconds of one answer
 * @param concurrency answers that the target gives at the same time; null: unknown, so one after the other
 */
export function windowSeconds(
  {
    window_seconds: shortest,
    longest_window_seconds: longest,
    ahead,
  }: Pick<SleepFacts, 'window_seconds' | 'longest_window_seconds' | 'ahead'>,
  answerP90: number,
  concurrency: number | null,
): number {
  const turns = Math.ceil((ahead + 1) / (concurrency ?? 1));
  return Math.min(longest, Math.max(shortest, answerP90 * turns));
}

import { budgetOf } from '../../domain/audio/budget.ts';
import type { PhaseWork } from './work.ts';

/** What is left of the budget of a job. @param spent in ms @returns ms, or Infinity */
export const budgetLeft = ({ request, budgetMs }: PhaseWork, spent: number): number =>
  (budgetMs ?? budgetOf(request)) - spent;

/** Does a part of an analysis within so many ms; null where they were too few. What runs then is ended. */
export async function within<T>(
  signal: AbortSignal,
  ms: number,
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  if (ms === Infinity) return use(signal);
  if (ms <= 0) return null;
  const late = AbortSignal.timeout(Math.ceil(ms));
  try {
    return await use(AbortSignal.any([signal, late]));
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    return null;
  }
}

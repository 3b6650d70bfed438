import type { AudioDepth, AudioRequest } from '../../contracts/audio.ts';

/** How long the work of an analysis may take, in ms. What is not finished then is left out, and the report says so. */
const budgets: Record<AudioDepth, number> = { quick: 5000, full: 30_000, deep: 120_000 };

/** Only an analysis has one: a master that is half measured would be wrong. */
export const budgetOf = ({ kind, depth }: Pick<AudioRequest, 'kind' | 'depth'>): number =>
  kind === 'analyze' ? budgets[depth] : Infinity;

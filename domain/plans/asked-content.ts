import type { PlanStep } from '../../contracts/plan.ts';

/**
 * What a plan asks for, as one text: the same for two plans that would do the same. Ids that a plan gives to its own windows
 * and runs do not count, nor do reasons, so that other words do not make another request.
 */
export function askedContent(steps: readonly Pick<PlanStep, 'type' | 'params'>[]): string {
  const content = steps.map(({ type, params }) => {
    const { reason: _, ...rest } = params as Record<string, unknown>;
    if (type === 'OPEN_WINDOW') delete rest['window_id'];
    if (type === 'RUN_CHECKS') delete rest['run_id'];
    if (type === 'START_REPAIR') delete rest['repair_id'];
    return [type, Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1))];
  });
  return JSON.stringify(content);
}

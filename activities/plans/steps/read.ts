import type { PlanStep } from '../../../contracts/plan.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { readServices } from '../facts.ts';
import { done, type PlanDeps } from '../ports.ts';

/** Runs a step that only reads, or only replies. */
export async function readStep(
  deps: Pick<PlanDeps, 'store' | 'clock'>,
  step: PlanStep,
): Promise<StepEnd> {
  if (step.type !== 'SYSTEM_HEALTHCHECK') {
    return done(step.type === 'NOOP' ? { message: step.params.message } : {});
  }
  const services = await readServices(deps.store, deps.clock, step.params);
  const ill = services.filter(({ health }) => health === 'down' || health === 'degraded');
  return done({ healthy: ill.length === 0, services });
}

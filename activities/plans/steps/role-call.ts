import type { PlanStep, PlanView, StepOf } from '../../../contracts/plan.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { roleOf } from '../../../domain/plans/planning-context.ts';
import { readWorld } from '../facts.ts';
import { broken, type PlanDeps, type RoleStep } from '../ports.ts';

type Header = Omit<PlanView, 'steps'>;
export type CallStep = Extract<PlanStep, { type: `CALL_${string}` }>;

/** Returns the failure of a step whose role is asleep or in no compose file, with what to do; null if it is awake. */
async function asleep(deps: PlanDeps, role: string): Promise<StepEnd | null> {
  const { services } = await readWorld(deps.store);
  const known = services.filter(({ name }) => name === role);
  if (known.some((service) => !service.asleep)) return null;
  const detail =
    known.length === 0
      ? `${role} is in no compose file here: add it, then open it.`
      : `${role} is asleep by policy. Open it first: "open ${role} for 10 minutes".`;
  return broken({ code: 'off_by_policy', detail });
}

/** Runs a step that a role carries out. */
export async function callRole(
  deps: PlanDeps,
  plan: Header,
  step: CallStep,
  signal: AbortSignal,
  progress?: RoleStep['progress'],
): Promise<StepEnd> {
  const role = roleOf(step.type)!;
  const sleeping = await asleep(deps, role);
  if (sleeping !== null) return sleeping;
  const work = deps.roles[role];
  if (work === undefined) {
    const detail = `${role} is awake, and takes no work from plans yet.`;
    return broken({ code: 'not_available_yet', detail });
  }
  const { step_id, params } = step;
  return work(plan, { ...params, step_id, ...(progress && { progress }) }, signal);
}

/** Runs a task in a sandbox. */
export async function taskStep(
  deps: PlanDeps,
  plan: Header,
  step: StepOf<'SPAWN'>,
  signal: AbortSignal,
): Promise<StepEnd> {
  const sleeping = await asleep(deps, 'spawner');
  if (sleeping !== null) return sleeping;
  if (deps.spawner === null) {
    const detail = 'The spawner is awake, and takes no tasks from plans yet.';
    return broken({ code: 'not_available_yet', detail });
  }
  return deps.spawner.run(plan, step, signal);
}

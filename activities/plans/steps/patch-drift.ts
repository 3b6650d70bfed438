import type { CreatePatchAnswer, MadrePatchCall } from '../../../contracts/drift-patch.ts';
import { proposeChange } from '../propose-patch.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type PlanDeps, type RoleWork } from '../ports.ts';

/** What a step may call a patch of drift. */
export const directions: ReadonlyMap<string, 'restore' | 'adopt'> = new Map([
  ['patch', 'restore'],
  ['restore', 'restore'],
  ['adopt', 'adopt'],
]);

export type MakePatch = (
  call: Omit<MadrePatchCall, 'actor' | 'principal' | 'scope' | 'intent_id'>,
) => Promise<CreatePatchAnswer>;

interface Deps {
  plans: () => PlanDeps;
  make: MakePatch;
  /** What manifestator does for every other action. */
  others: RoleWork;
}

/**
 * The work of manifestator for plans. For a service it makes a patch and proposes the plan that applies it, which waits for a
 * person; for the id of a patch, only the plan. The step itself changes nothing.
 */
export const manifestatorForPlan =
  ({ plans, make, others }: Deps): RoleWork =>
  async (plan, call, signal) => {
    const direction = directions.get(call.action);
    if (direction === undefined) return others(plan, call, signal);
    const { store } = plans();
    const known = /\bpatch-[0-9a-f]{8,}\b/.exec(call.text)?.[0];
    const { services } = await readWorld(store);
    const words = call.text.split(/[^\w.-]+/);
    const module_name = words.find((word) => services.some(({ name }) => name === word));
    if (known === undefined && module_name === undefined)
      return broken({ code: 'invalid', detail: 'Name a service, or a patch: patch web' });
    const made =
      known === undefined
        ? await make({
            module_name: module_name!,
            issue_description: (plan.reason ?? call.text).slice(0, 500) || 'drift',
            severity: 'normal',
            direction,
            correlation_id: plan.correlation_id,
          })
        : null;
    const patch_id = known ?? made?.patch_id ?? null;
    if (patch_id === null) {
      const { status, hint, left } = made!;
      if (status === 'no_patch') return done({ status, hint, left });
      return broken({ code: 'patch_refused', detail: hint ?? status, may_retry: false });
    }
    const people = await store.plans.people(plan.plan_id);
    const { principal } = people?.actor ?? {};
    const { actor, correlation_id, source, via } = plan;
    const ofAgent = source === 'mcp';
    const answer = await proposeChange(plans(), patch_id, {
      actor,
      ...(typeof principal === 'string' && { principal }),
      scope: ofAgent ? 'agent' : 'operator',
      correlation_id,
      source: ofAgent ? source : 'repair',
      ...(ofAgent && via !== undefined && { via }),
    });
    const { status, plan_id, detail } = answer;
    if (status === 'failed')
      return broken({ code: 'patch_refused', detail: detail ?? status, may_retry: false });
    return done({ patch_id, status, plan_id, diff: answer.diff });
  };

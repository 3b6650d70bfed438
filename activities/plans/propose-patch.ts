import type { ApplyPatchAnswer, MadreApplyCall } from '../../contracts/drift-patch.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { PlanView, StepDraft } from '../../contracts/plan.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import type { PlanDeps } from './ports.ts';
import { propose, type Proposal } from './propose.ts';
import { isWritable, readOnlyDetail } from '../patches/change/apply-change.ts';

type Caller = Pick<MadreApplyCall, 'actor' | 'principal' | 'scope' | 'correlation_id'> &
  /** Of the plan that asks; a plan that an agent's plan makes is an agent's too. */
  Pick<Proposal, 'source' | 'via'>;

/** The step that applies a patch, bound to its hash. */
export const applyStep = ({
  patch_id,
  host,
  files,
  diff,
  diff_sha256,
  change,
}: PatchView): StepDraft => ({
  type: 'APPLY_PATCH',
  params: {
    patch_id,
    host,
    files,
    diff,
    diff_sha256,
    ...(change !== undefined && {
      patch_hash: change.patch_hash,
      acts: change.acts,
      touches: change.touches,
      watch_seconds: change.watch_seconds,
    }),
  },
});

/**
 * Makes the plan that applies a patch, under the rules of any plan; once: a repeat says how it stands.
 * @throws `patch_not_found`, `patch_not_applied`
 */
export async function proposeChange(
  deps: PlanDeps,
  patchId: string,
  caller: Caller,
): Promise<ApplyPatchAnswer> {
  const { store } = deps;
  const { actor, principal, scope, correlation_id, source, via } = caller;
  const patch = await store.patches.find(patchId);
  if (patch?.change === undefined)
    throw new VX11Error('patch_not_found', `${patchId} is not known here, or belongs to a repair.`);
  const plan = patch.plan_id === null ? null : await store.plans.find(patch.plan_id);
  if (plan !== null || patch.status !== 'proposed') return standing(patch, plan);
  if (patch.files.length > 0 && deps.patches !== null && !(await isWritable(deps.patches.folder())))
    return { ...standing(patch, null), status: 'stack_read_only', detail: readOnlyDetail(patchId) };
  const plan_id = patch.plan_id ?? newId('plan');
  const given = await store.patches.change(patchId, (view) =>
    view.plan_id === null ? { view: { ...view, plan_id }, events: [] } : null,
  );
  if (given?.plan_id !== plan_id) return proposeChange(deps, patchId, caller);
  const made = await propose(deps, {
    source,
    ...(via !== undefined && { via }),
    plan_id,
    actor,
    principal,
    scope,
    correlation_id,
    steps: [applyStep(patch)],
    reason: patch.cause.slice(0, 500),
  });
  return { ...standing({ ...patch, plan_id }, made.plan), confirm_token: made.confirm_token };
}

function standing(patch: PatchView, plan: PlanView | null): ApplyPatchAnswer {
  return {
    status: statusOf(patch, plan),
    patch_id: patch.patch_id,
    plan_id: patch.plan_id,
    plan_status: plan?.status ?? null,
    detail: patch.detail ?? plan?.error?.detail ?? null,
    diff: patch.diff,
  };
}

function statusOf({ status }: PatchView, plan: PlanView | null): ApplyPatchAnswer['status'] {
  if (status === 'rolled_back' || status === 'conflict') return status;
  if (status === 'kept') return 'applied';
  if (status === 'stale' || status === 'dropped') return 'failed';
  if (status === 'taking_back') return 'applying';
  if (plan === null || plan.status === 'WAITING') return 'waiting';
  return planHasEnded(plan) && plan.status !== 'DONE'
    ? 'failed'
    : plan.status === 'DONE'
      ? 'applied'
      : 'applying';
}

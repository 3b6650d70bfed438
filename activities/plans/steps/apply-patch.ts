import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import { leftAsItIs, type StepEnd } from '../../../domain/plans/plan-state.ts';
import { rollBackPatch } from '../../patches/roll-back.ts';
import { applyChange } from '../../patches/change/apply-change.ts';
import type { PatchDeps } from '../../patches/deps.ts';
import { broken, done, type PlanDeps } from '../ports.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'APPLY_PATCH'>;

/** Changes the files of the patch, exactly those that were confirmed. A retry after a crash continues. */
export async function patchStep(
  deps: PlanDeps,
  { actor, correlation_id }: Header,
  { params }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { patch_id, host, diff_sha256, patch_hash } = params;
  const patches = patchesOf(deps, host);
  if (patches === null) return broken(notHere(host));
  const patch = await deps.store.patches.find(patch_id);
  const same = patch?.diff_sha256 === diff_sha256 && patch.change?.patch_hash === patch_hash;
  if (!same) {
    const detail = `${patch_id} is not the patch that was confirmed; nothing was written.`;
    return broken({ code: 'plan_changed', detail, may_retry: false });
  }
  const { status, detail } = await applyChange(
    patches,
    patch_id,
    { actor, correlation_id },
    signal,
  );
  const files = params.files.map(({ path }) => path);
  const result = { patch_id, status, files, ...(detail !== null && { detail }) };
  if (status === 'applied') return done(result);
  const code =
    detail?.startsWith('stack_read_only:') === true ? 'stack_read_only' : `patch_${status}`;
  return broken({ code, detail: detail ?? status, may_retry: false }, result);
}

/** Puts the files back. What somebody changed since stays, and the step says so. */
export async function undoPatch(
  deps: PlanDeps,
  { actor, correlation_id }: Header,
  { params }: Step,
): Promise<StepEnd> {
  const patches = patchesOf(deps, params.host);
  if (patches === null) return broken(notHere(params.host));
  const { status, detail } = await rollBackPatch(patches, params.patch_id, {
    actor,
    correlation_id,
  });
  if (status === 'conflict') {
    return broken({ code: 'patch_conflict', detail: detail ?? status, may_retry: false });
  }
  const isBack = status === 'rolled_back';
  return isBack
    ? { status: 'UNDONE', result: { patch_id: params.patch_id, status }, error: null }
    : leftAsItIs('the patch was not applied');
}

const patchesOf = ({ patches }: PlanDeps, host: string): PatchDeps | null =>
  patches !== null && patches.host === host ? patches : null;

const notHere = (host: string) => ({
  code: 'other_host',
  detail: `Files of ${host} cannot be changed from here: only its own power worker does.`,
  may_retry: false,
});

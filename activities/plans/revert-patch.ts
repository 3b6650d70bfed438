import type { MadreRevertCall, MadreRevertReply } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { hashed } from '../patches/hashed.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** Proposes the inverse of a patch that was kept, under the rules of any plan. */
export async function revertPatch(
  deps: PlanDeps,
  { patch_id: given, actor, principal, scope, correlation_id }: MadreRevertCall,
): Promise<MadreRevertReply> {
  const { store } = deps;
  const patch = await store.patches.find(given);
  const files = await store.patches.filesOf(given);
  if (patch === null || files === null) {
    throw new VX11Error('patch_not_found', `${given} is not known here.`);
  }
  if (patch.status !== 'kept') {
    throw new VX11Error(
      'patch_not_applied',
      `${given} is ${patch.status}, so nothing can be reverted.`,
    );
  }
  const inverse = files.map(({ path, before, after }) => ({ path, before: after, after: before }));
  const plan_id = newId('plan');
  const made = await storePatch(deps, patch, inverse, plan_id);
  const step: StepDraft = {
    type: 'APPLY_PATCH',
    params: {
      patch_id: made.patch_id,
      host: made.host,
      files: made.files,
      diff: made.diff,
      diff_sha256: made.diff_sha256,
    },
  };
  const reason = `Revert ${given}: ${patch.cause}`.slice(0, 500);
  const asked = { source: 'repair', plan_id, actor, principal, scope, correlation_id } as const;
  return propose(deps, { ...asked, steps: [step], reason });
}

async function storePatch(
  { store, clock }: PlanDeps,
  { patch_id, repair_id, host }: PatchView,
  files: KeptFile[],
  plan_id: string,
): Promise<PatchView> {
  const diff = unifiedDiff(files);
  const patch: PatchView = {
    patch_id: newId('patch'),
    repair_id,
    plan_id,
    reverts: patch_id,
    host,
    cause: `It reverts ${patch_id}.`,
    status: 'proposed',
    detail: null,
    diff,
    diff_sha256: sha256(diff),
    files: files.map(hashed),
    created_at: isoTime(clock()),
    applied_at: null,
    ended_at: null,
  };
  await store.patches.create(patch, files);
  return patch;
}

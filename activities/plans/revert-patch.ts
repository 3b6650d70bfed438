import type { MadreRevertCall, MadreRevertReply } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { PatchChange, PatchView } from '../../contracts/patch.ts';
import { inverseOf, operationWords } from '../../domain/patches/typed/operation-words.ts';
import { applyStep } from './propose-patch.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { patchHash } from '../patches/change/patch-hash.ts';
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
  const change = inverseChange(patch.change, files);
  if (change !== undefined && files.length === 0 && change.operations.length === 0) {
    throw new VX11Error(
      'patch_not_applied',
      `Nothing of ${given} can be taken back: ${patch.change!.loses.join('; ') || 'it only made containers as the files say'}.`,
    );
  }
  const inverse = files.map(({ path, before, after }) => ({ path, before: after, after: before }));
  const plan_id = newId('plan');
  const made = await storePatch(deps, patch, inverse, plan_id, change);
  const step = applyStep(made);
  const reason = `Revert ${given}: ${patch.cause}`.slice(0, 500);
  const asked = { source: 'repair', plan_id, actor, principal, scope, correlation_id } as const;
  return propose(deps, { ...asked, steps: [step], reason });
}

/** As many as a plan shows. */
const mostActs = 20;

/** What a patch did beside its files, the other way round; what cannot be taken back is left out. */
function inverseChange(
  change: PatchChange | undefined,
  files: readonly KeptFile[],
): PatchChange | undefined {
  if (change === undefined) return undefined;
  const operations = change.operations.map(inverseOf).filter((one) => one !== null);
  return {
    ...change,
    operations: operations.toReversed(),
    acts: [
      ...files.map(({ path }) => `${path}: as it was before`),
      ...operations.toReversed().map(operationWords),
    ].slice(0, mostActs),
    config_diff: change.config_diff.map(({ path, before, after }) => ({
      path,
      before: after,
      after: before,
    })),
    left: [],
    loses: [],
    before: null,
    commit: null,
  };
}

async function storePatch(
  { store, clock }: PlanDeps,
  { patch_id, repair_id, host }: PatchView,
  files: KeptFile[],
  plan_id: string,
  change: PatchChange | undefined,
): Promise<PatchView> {
  const diff = unifiedDiff(files);
  const kept = files.map(hashed);
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
    files: kept,
    created_at: isoTime(clock()),
    applied_at: null,
    ended_at: null,
    ...(change !== undefined && { change: { ...change, patch_hash: patchHash(change, kept) } }),
  };
  await store.patches.create(patch, files);
  return patch;
}

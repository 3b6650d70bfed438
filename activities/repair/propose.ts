import { patchIdOfRepair, planIdOfRepair } from '../../contracts/ids.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import type { RepairCandidate } from '../../contracts/repair.ts';
import { sentence } from '../../domain/repair/ends.ts';
import { intentText } from '../../domain/repair/patch-intent.ts';
import type { FaultClass } from '../../domain/repair/fault-classes.ts';
import { isoTime } from '../../platform/time.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { hashed } from '../patches/hashed.ts';
import { propose } from '../plans/propose.ts';
import type { RepairDeps, RepairNow } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import { stand } from './now.ts';
import type { RepairOutcome } from './repair-activities.ts';

/**
 * Stores the patch of a proved candidate, and makes the plan that applies it, checks it and takes it back if it does not
 * hold. The plan waits for a person, unless the policy lets rules of this class go on.
 */
export async function proposePatch(
  deps: RepairDeps,
  { repair, red, policy }: RepairNow,
  candidate: RepairCandidate,
  files: readonly KeptFile[],
): Promise<{ plan_id: string } | { end: RepairOutcome }> {
  const { repair_id, host } = repair;
  const { cycle } = candidate;
  const patch = await storePatch(deps, repair_id, candidate, files);
  const folder = folderOf(deps.folder, repair);
  const text = intentText(repair, candidate);
  await keepFile(folder, `cycle_${cycle}/PATCH_INTENT.md`, text);
  if (repair.dry_run) {
    const detail = `This patch is proved and was not applied (dry run): vx11 patch show ${patch.patch_id}`;
    const end = { status: 'proposed', cause: candidate.class, detail, cancelled_by: null } as const;
    await stand(deps, repair_id, repair.status, { patch_id: patch.patch_id });
    return { end };
  }
  // what madre's loop began always waits for a person
  const by_policy =
    repair.trigger !== 'autonomy' &&
    policy.mode === 'apply' &&
    candidate.by === 'rule' &&
    policy.auto.includes(candidate.class as FaultClass);
  const steps: StepDraft[] = [
    {
      type: 'APPLY_PATCH',
      params: {
        patch_id: patch.patch_id,
        host,
        files: patch.files,
        diff: patch.diff,
        diff_sha256: patch.diff_sha256,
        ...(by_policy && { by_policy }),
      },
    },
    {
      type: 'RUN_CHECKS',
      params: {
        run_id: 'run-00000000', // makePlan sets the real id
        host,
        suite: red.run.suite,
        services: red.run.services,
        wakes: [],
        reason: `${repair_id}: does the patch hold?`,
        settle_seconds: Math.max(1, Math.round(policy.settle_ms / 1000)),
      },
    },
  ];
  const owner = await deps.power.store.repairs.ownerOf(repair_id);
  const { plan } = await propose(deps.plans, {
    source: 'repair',
    plan_id: planIdOfRepair(repair_id, cycle),
    actor: repair.owner,
    principal: owner?.principal ?? undefined,
    steps,
    reason: candidate.cause.slice(0, 500),
    correlation_id: repair.correlation_id,
  });
  const { plan_id } = plan;
  await stand(deps, repair_id, by_policy ? 'applying' : 'waiting', {
    plan_id,
    patch_id: patch.patch_id,
    cause: candidate.class,
    detail: by_policy
      ? null
      : `${sentence(candidate.cause)} Look at the patch and confirm it: vx11 plan confirm ${plan_id}`,
  });
  return { plan_id };
}

async function storePatch(
  { power }: RepairDeps,
  repair_id: string,
  { cycle, cause, diff, diff_sha256 }: RepairCandidate,
  files: readonly KeptFile[],
): Promise<PatchView> {
  const patch_id = patchIdOfRepair(repair_id, cycle);
  const patch: PatchView = {
    patch_id,
    repair_id,
    plan_id: planIdOfRepair(repair_id, cycle),
    host: power.host,
    cause,
    status: 'proposed',
    detail: null,
    diff,
    diff_sha256,
    files: files.map(hashed),
    created_at: isoTime(power.clock()),
    applied_at: null,
    ended_at: null,
  };
  await power.store.patches.create(patch, [...files]);
  return (await power.store.patches.find(patch_id)) ?? patch;
}

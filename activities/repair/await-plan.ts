import { planHasEnded } from '../../domain/plans/plan-state.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { RepairDeps } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import { repairOf, stand } from './now.ts';
import type { PatchEnd } from './repair-activities.ts';

const lookEveryMs = 300;

/** Waits until the plan of a patch has ended, and says what became of the patch. */
export async function awaitPlan(
  deps: RepairDeps,
  { repair_id, cycle, plan_id }: { repair_id: string; cycle: number; plan_id: string },
  signal: AbortSignal,
): Promise<PatchEnd> {
  const { plans } = deps.power.store;
  let shown: string | null = null;
  const look = async (): Promise<PlanView | null> => {
    const plan = await plans.find(plan_id);
    if (plan === null) throw new Error(`${plan_id} is not in the store`);
    const status = plan.status === 'WAITING' ? 'waiting' : 'applying';
    if (!planHasEnded(plan) && status !== shown) {
      await stand(deps, repair_id, status);
      shown = status;
    }
    return planHasEnded(plan) ? plan : null;
  };
  const plan = (await poll(look, { everyMs: lookEveryMs, signal }))!;
  const end = await endOf(deps, repair_id, plan);
  const folder = folderOf(deps.folder, await repairOf(deps, repair_id));
  const [applied, checked] = plan.steps;
  await keepFile(folder, `cycle_${cycle}/patch_result.json`, applied ?? null);
  await keepFile(folder, `cycle_${cycle}/retest_result.json`, checked ?? null);
  return end;
}

async function endOf(deps: RepairDeps, repairId: string, plan: PlanView): Promise<PatchEnd> {
  const { patch_id } = await repairOf(deps, repairId);
  const patch = patch_id === null ? null : await deps.power.store.patches.find(patch_id);
  const over = { again: false, cancelled_by: null };
  const why = plan.error?.detail ?? null;
  switch (plan.status) {
    case 'DONE': {
      const detail = `The patch is applied, and every check passed with it: vx11 patch show ${patch_id}`;
      return { ...over, status: 'repaired', cause: null, detail };
    }
    case 'REJECTED': {
      const isLate = plan.error?.code === 'confirm_token_expired';
      const status = isLate ? 'expired' : 'rejected';
      return { ...over, status, cause: status, detail: why };
    }
    case 'CANCELLED':
      return {
        ...over,
        status: 'cancelled',
        cause: 'cancelled',
        detail: why,
        cancelled_by: plan.ended_by,
      };
    default: {
      const status = patch?.status;
      if (status === 'stale' || status === 'conflict') {
        return { ...over, status, cause: status, detail: patch!.detail };
      }
      if (status === 'rolled_back') {
        const detail = `The patch did not hold and was taken back: ${why ?? 'its plan failed'}`;
        return { again: true, cancelled_by: null, status, cause: 'not_green_live', detail };
      }
      return {
        ...over,
        status: 'error',
        cause: plan.error?.code ?? 'plan_failed',
        detail: patch?.detail ?? why,
      };
    }
  }
}

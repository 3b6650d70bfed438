import { planHasEnded } from '../../domain/plans/plan-state.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { RepairDeps } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import { repairOf, stand } from './now.ts';
import type { PatchEnd } from './repair-activities.ts';
import { endOf } from './plan-end.ts';

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

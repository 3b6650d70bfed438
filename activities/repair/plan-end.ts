import type { PlanView } from '../../contracts/plan.ts';
import type { RepairDeps } from './deps.ts';
import { repairOf } from './now.ts';
import type { PatchEnd } from './repair-activities.ts';

/** How a repair ends by what became of its plan, and of its patch. */
export async function endOf(deps: RepairDeps, repairId: string, plan: PlanView): Promise<PatchEnd> {
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

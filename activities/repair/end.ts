import type { RepairView } from '../../contracts/repair.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import { exitCodeOf, repairHasEnded } from '../../domain/repair/ends.ts';
import { isoTime } from '../../platform/time.ts';
import { hostEvent } from '../power/host/host.ts';
import type { RepairDeps } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import type { RepairOutcome } from './repair-activities.ts';

/**
 * Ends a repair: its plan, if it still waits or runs, its copies, its summary. The summary is written last of its files, so
 * that a folder without one is known to be incomplete.
 */
export async function endRepair(
  deps: RepairDeps,
  repair: RepairView,
  { status, cause, detail, cancelled_by }: RepairOutcome,
): Promise<RepairView> {
  if (repairHasEnded(repair)) return repair;
  const { power, trials } = deps;
  const { store, clock, log } = power;
  const { repair_id, plan_id, correlation_id } = repair;
  const plan = plan_id === null ? null : await store.plans.find(plan_id);
  if (plan !== null && !planHasEnded(plan)) {
    const actor = cancelled_by ?? repair.owner;
    const reason = `${repair_id} ended: ${status}`;
    await deps.runs().cancelPlan(plan.plan_id, { actor, correlation_id, reason });
  }
  trials.forget(repair_id);
  const folder = folderOf(deps.folder, repair);
  const exit_code = exitCodeOf({ status, cause });
  const finished_at = isoTime(clock());
  const end = { status, cause, detail, cancelled_by, exit_code, finished_at };
  const view = { ...repair, ...end, folder };
  const candidates = await store.repairs.candidates(repair_id);
  const written = await keepFile(folder, 'autofix_summary.json', { repair: view, candidates }).then(
    () => true,
    (error: unknown) => {
      log.warn({ err: error, repair_id }, 'the folder of a repair could not be written');
      return false;
    },
  );
  const last: RepairView = { ...view, folder: written ? folder : null };
  const event = hostEvent(power, 'repair.finished', cancelled_by ?? repair.owner, {
    correlation_id,
    payload: {
      repair_id,
      run_id: repair.run_id,
      status,
      cause,
      plan_id,
      patch_id: repair.patch_id,
    },
  });
  const kept = await store.repairs.change(repair_id, () => ({ view: last, events: [event] }));
  deps.metrics.ended(status);
  return kept ?? last;
}

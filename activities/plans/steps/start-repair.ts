import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { leftAsItIs, type StepEnd } from '../../../domain/plans/plan-state.ts';
import { repairHasEnded } from '../../../domain/repair/ends.ts';
import { queuedRepair, queuedRepairEvent } from '../../../domain/repair/queued-repair.ts';
import { awaitStored } from '../../stored-work.ts';
import { broken, done, type PlanDeps } from '../ports.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'START_REPAIR'>;

const lookEveryMs = 1000;

/**
 * Starts a repair and ends with it. Its patch is a plan of its own, which waits for a person whatever the policy allows. The
 * repair's id comes from the step, so that a retry after a crash waits for the same one.
 */
export async function repairStep(
  deps: PlanDeps,
  plan: Header,
  { params }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { repairs } = deps.store;
  const { repair_id, run_id } = params;
  const known = (await repairs.find(repair_id)) ?? (await queue(deps, plan, params));
  if (known === null)
    return broken({ code: 'run_not_found', detail: `${run_id} is not kept any more.` });
  // a repair without a workflow is started, or ended, by the host's own round
  if (!repairHasEnded(known)) await deps.repairs().startRepair(known);
  const repair = await awaitStored(repairs, repair_id, repairHasEnded, {
    everyMs: lookEveryMs,
    signal,
  });
  const { status, cause, detail, patch_id, folder } = repair;
  const result = { repair_id, status, cause, patch_id, folder };
  if (status === 'repaired') return done(result);
  const why = `${repair_id} ended ${status}. ${detail ?? ''}`.trim();
  return broken({ code: `repair_${status}`, detail: why, may_retry: false }, result);
}

/** Stores the repair; null if its run is gone. */
async function queue(
  { store, clock }: PlanDeps,
  { plan_id, actor: owner, reason, correlation_id }: Header,
  { repair_id, run_id }: Step['params'],
): Promise<RepairView | null> {
  const run = await store.checks.find(run_id);
  if (run === null) return null;
  const results = await store.checks.results(run_id);
  const principal = (await store.plans.people(plan_id))?.actor.principal ?? null;
  const body = reason === null ? {} : { reason };
  const made = queuedRepair({ repair_id, run, results, body, owner, correlation_id }, clock());
  const repair: RepairView = { ...made, trigger: 'autonomy' };
  const event = queuedRepairEvent(repair, principal, clock());
  return (await store.repairs.create(repair, [event], principal)).view;
}

/** Ends a repair that still runs; what it applied is taken back. */
export async function undoRepair(deps: PlanDeps, plan: Header, step: Step): Promise<StepEnd> {
  const { repair_id } = step.params;
  const repair = await deps.store.repairs.find(repair_id);
  if (repair === null)
    return { status: 'UNDONE', result: { left: 'no repair was started' }, error: null };
  const by = { actor: plan.actor, correlation_id: plan.correlation_id };
  const went = !repairHasEnded(repair) && (await deps.repairs().cancelRepair(repair_id, by));
  return went
    ? { status: 'UNDONE', result: { repair_id }, error: null }
    : leftAsItIs('the repair had ended');
}

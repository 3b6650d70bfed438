import { ApplicationFailure } from '@temporalio/activity';
import { VX11Error } from '../../contracts/errors.ts';
import type { RepairStatus, RepairView } from '../../contracts/repair.ts';
import { isRed } from '../../domain/repair/ends.ts';
import { readPolicy } from '../../domain/repair/policy.ts';
import { shownResult } from '../../store/checks/check-runs.ts';
import { hostEvent } from '../power/host/host.ts';
import type { RedRun, RepairDeps, RepairNow } from './deps.ts';

/** Throws `repair_not_found`. */
export async function repairOf({ power }: RepairDeps, repairId: string): Promise<RepairView> {
  const repair = await power.store.repairs.find(repairId);
  if (repair === null) throw new VX11Error('repair_not_found', `${repairId} is not known.`);
  return repair;
}

/** A repair with its red run and its policy. A policy that is no longer valid ends the repair. */
export async function repairNow(deps: RepairDeps, repairId: string): Promise<RepairNow> {
  const repair = await repairOf(deps, repairId);
  const read = readPolicy(await policySource(deps));
  if (!read.ok) throw ApplicationFailure.nonRetryable(read.problem, 'policy_invalid');
  return { repair, red: await redRunOf(deps, repair), policy: read.policy };
}

/** `x-vx11.repair`, as the file has it now. */
export async function policySource({ power }: RepairDeps): Promise<unknown> {
  await power.catalog.current();
  return power.catalog.settings()['repair'];
}

async function redRunOf({ power }: RepairDeps, { run_id }: RepairView): Promise<RedRun> {
  const run = run_id === null ? null : await power.store.checks.find(run_id);
  if (run === null) throw new VX11Error('run_not_found', `${run_id} is not known any more.`);
  const results = (await power.store.checks.results(run.run_id)).map(shownResult);
  return { run, results, red: results.filter(isRed) };
}

/** Says where a repair stands. One that has ended stays as it is. */
export async function stand(
  { power }: RepairDeps,
  repairId: string,
  status: RepairStatus,
  more: Partial<RepairView> = {},
): Promise<void> {
  await power.store.repairs.change(repairId, (view) => {
    const now = { ...view, ...more, status };
    return { view: now, events: status === view.status ? [] : [phaseEvent(power, now)] };
  });
}

const phaseEvent = (
  power: RepairDeps['power'],
  { repair_id, status, cycle, owner, correlation_id }: RepairView,
) =>
  hostEvent(power, 'repair.phase', owner, {
    correlation_id,
    payload: { repair_id, phase: status, cycle },
  });

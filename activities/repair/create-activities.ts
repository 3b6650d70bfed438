import { Context } from '@temporalio/activity';
import type { RepairCandidate } from '../../contracts/repair.ts';
import { outOfTime } from '../../domain/repair/ends.ts';
import { readPolicy } from '../../domain/repair/policy.ts';
import { isoTime } from '../../platform/time.ts';
import { withTraceParent } from '../../platform/trace-context.ts';
import { attempt } from '../heartbeat.ts';
import { analyse } from './analyse.ts';
import { awaitPlan } from './await-plan.ts';
import type { RepairDeps } from './deps.ts';
import { endRepair } from './end.ts';
import { folderOf, keepFile } from './folder.ts';
import { inTime } from './in-time.ts';
import { policySource, repairNow, repairOf, stand } from './now.ts';
import { proposePatch } from './propose.ts';
import type { RepairActivities, RepairBounds, RepairOutcome } from './repair-activities.ts';

export function createRepairActivities(deps: RepairDeps): RepairActivities {
  const { store, clock } = deps.power;

  const candidateOf = async (
    repairId: string,
    cycle: number,
    nth: number,
  ): Promise<RepairCandidate> => {
    const all = await store.repairs.candidates(repairId);
    const found = all.find((one) => one.cycle === cycle && one.nth === nth);
    if (found === undefined) throw new Error(`${repairId} has no candidate ${cycle}/${nth}`);
    return found;
  };
  const filesOf = async (repairId: string, cycle: number, nth: number) =>
    (await store.repairs.filesOf(repairId, cycle, nth)) ?? [];

  return {
    resolveRepair: ({ repair_id }) =>
      attempt(async () => {
        const repair = await repairOf(deps, repair_id);
        const read = readPolicy(await policySource(deps));
        if (!read.ok) return cannotBegin('error', 'policy_invalid', read.problem);
        const { policy } = read;
        if (policy.mode === 'off') {
          const detail = 'x-vx11.repair.mode is off in the compose file.';
          return cannotBegin('refused_by_policy', 'off', detail);
        }
        const started_at = repair.started_at ?? isoTime(clock());
        await stand(deps, repair_id, 'reproducing', { started_at });
        return {
          cycles: Math.min(repair.cycles, policy.cycles),
          limit_ms: policy.limit_ms,
          refused: null,
        };
      }),
    analyse: ({ repair_id, cycle, until }) =>
      partOf(repair_id, async () => {
        const now = await repairNow(deps, repair_id);
        const analysis = await inTime(clock, until, (within) => analyse(deps, now, cycle, within));
        return analysis ?? { candidates: 0, end: outOfTime };
      }),
    tryCandidate: ({ repair_id, cycle, nth, until }) =>
      partOf(repair_id, async () => {
        const candidate = await candidateOf(repair_id, cycle, nth);
        if (candidate.verdict !== 'untried') return candidate.verdict;
        await stand(deps, repair_id, 'trying');
        const { repair, red, policy } = await repairNow(deps, repair_id);
        const files = await filesOf(repair_id, cycle, nth);
        const trial = await inTime(clock, until, (within) =>
          deps.trials.tryCandidate(repair, red, files, policy, within),
        );
        const tried = { ...candidate, ...(trial ?? { why: untriedText }) };
        await store.repairs.save(repair_id, tried);
        deps.metrics.tried(tried.verdict);
        const folder = `${folderOf(deps.folder, repair)}/cycle_${cycle}/candidates/${nth}`;
        await keepFile(folder, 'patch.diff', candidate.diff);
        await keepFile(folder, 'trial.json', tried);
        return tried.verdict;
      }),
    propose: ({ repair_id, cycle, nth }) =>
      partOf(repair_id, async () => {
        const candidate = await candidateOf(repair_id, cycle, nth);
        const files = await filesOf(repair_id, cycle, nth);
        return proposePatch(deps, await repairNow(deps, repair_id), candidate, files);
      }),
    awaitPlan: (input) =>
      attempt(() => awaitPlan(deps, input, Context.current().cancellationSignal)),
    endRepair: ({ repair_id, end }) =>
      attempt(async () => endRepair(deps, await repairOf(deps, repair_id), end)),
  };
}

const untriedText = 'the time of the policy was over before it was proved';

/** What it starts, such as tasks and the plan, is a part of the repair. */
const partOf = <T>(repairId: string, work: () => Promise<T>): Promise<T> =>
  attempt(() => withTraceParent(repairId, work));

function cannotBegin(status: RepairOutcome['status'], cause: string, detail: string): RepairBounds {
  return { cycles: 0, limit_ms: 0, refused: { status, cause, detail, cancelled_by: null } };
}

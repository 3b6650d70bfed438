import type { CheckResult, CheckRunView } from '../../contracts/checks.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { RepairView, StartRepairBody } from '../../contracts/repair.ts';
import { isRed } from './ends.ts';

/** The most cycles of a repair; the policy may allow fewer. */
const mostCycles = 10;

/** A repair before its workflow starts. @param at in epoch ms */
export const queuedRepair = (
  {
    repair_id,
    run,
    results,
    body,
    owner,
    correlation_id,
  }: {
    repair_id: string;
    run: CheckRunView;
    results: readonly CheckResult[];
    body: StartRepairBody;
    owner: string;
    correlation_id: string;
  },
  at: number,
): RepairView => ({
  repair_id,
  run_id: run.run_id,
  suite: run.suite,
  host: run.host,
  owner,
  trigger: 'api',
  reason: body.reason ?? null,
  correlation_id,
  dry_run: body.dry_run ?? false,
  status: 'queued',
  cause: null,
  detail: null,
  red: results.filter(isRed).map(({ suite, name }) => `${suite}/${name}`),
  cycle: 0,
  cycles: body.cycles ?? mostCycles,
  plan_id: null,
  patch_id: null,
  usd: 0,
  created_at: new Date(at).toISOString(),
  started_at: null,
  finished_at: null,
  exit_code: null,
  cancelled_by: null,
  folder: null,
});

/** The event of a new repair. @param principal of its owner; null if only the name is known */
export const queuedRepairEvent = (
  { repair_id, run_id, suite, red, reason, owner, host, correlation_id }: RepairView,
  principal: string | null,
  at: number,
): NewEvent => ({
  type: 'repair.queued',
  at,
  actor: owner,
  actor_id: principal,
  host,
  correlation_id,
  payload: { repair_id, run_id, suite, red, reason },
});

import type { CheckRunView } from '../../../contracts/checks.ts';
import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import { runHasEnded } from '../../../domain/checks/outcome.ts';
import { queuedEvent, queuedRun } from '../../../domain/checks/queued-run.ts';
import { verdictLine } from '../../../domain/checks/reports/report.ts';
import { leftAsItIs, type StepEnd } from '../../../domain/plans/plan-state.ts';
import { awaitStored } from '../../stored-work.ts';
import { broken, done, type PlanDeps } from '../ports.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'RUN_CHECKS'>;

const lookEveryMs = 200;

/**
 * Runs checks as `POST /vx11/checks` does, and ends with the run. The run's id comes from the step, so that a retry after a
 * crash waits for the same one.
 */
export async function checksStep(
  deps: PlanDeps,
  plan: Header,
  { params }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { checks } = deps.store;
  const { run_id } = params;
  const known = (await checks.find(run_id)) ?? (await queue(deps, plan, params, signal));
  // a run without a workflow is started, or ended, by the host's own round
  if (!runHasEnded(known)) await deps.checks().startChecks(known);
  const run = await awaitStored(checks, run_id, runHasEnded, { everyMs: lookEveryMs, signal });
  const verdict = verdictLine({ run, results: await checks.results(run_id) });
  const { status, cause, score, counts, exit_code, folder } = run;
  const result = { run_id, status, cause, score, counts, exit_code, folder, verdict };
  if (exit_code === 0) return done(result);
  const detail = run.detail === null ? verdict : `${verdict}. ${run.detail}`;
  return broken({ code: `checks_${status}`, detail, may_retry: false }, result);
}

async function queue(
  { store, clock }: PlanDeps,
  plan: Header,
  { run_id, host, suite, services, reason, settle_seconds }: Step['params'],
  signal: AbortSignal,
): Promise<CheckRunView> {
  const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
  const { actor: owner, correlation_id } = plan;
  const request = { run_id, host, suite, services, reason, owner, correlation_id } as const;
  const settle = settle_seconds === undefined ? {} : { settle_seconds };
  const rest = { trigger: 'plan', open: 'window', flaky: 'fail', ...settle } as const;
  const run = queuedRun({ ...request, ...rest }, clock());
  signal.throwIfAborted();
  return (await store.checks.create(run, [queuedEvent(run, principal, clock())], principal)).view;
}

/** Ends a run that still runs; its window closes. A run that has ended stays as it is. */
export async function undoChecks(deps: PlanDeps, plan: Header, step: Step): Promise<StepEnd> {
  const { run_id } = step.params;
  const run = await deps.store.checks.find(run_id);
  if (run === null)
    return { status: 'UNDONE', result: { left: 'no run was started' }, error: null };
  const by = { actor: plan.actor, correlation_id: plan.correlation_id };
  const went = !runHasEnded(run) && (await deps.checks().cancelChecks(run_id, by));
  return went
    ? { status: 'UNDONE', result: { run_id }, error: null }
    : leftAsItIs('the run had ended');
}

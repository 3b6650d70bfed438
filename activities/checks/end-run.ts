import type { CheckRunView } from '../../contracts/checks.ts';
import { windowIdOfRun } from '../../contracts/ids.ts';
import type { Receipt } from '../../contracts/window.ts';
import { groupsOf } from '../../domain/checks/reports/groups.ts';
import { endOfRun, runHasEnded } from '../../domain/checks/outcome.ts';
import { shownResult } from '../../store/checks/check-runs.ts';
import { hostEvent } from '../power/host/host.ts';
import type { Refusal, RunCanceller } from './check-activities.ts';
import type { CheckDeps } from './deps.ts';
import { folderOf, writeReport } from './report-folder.ts';
import { isoTime } from '../../platform/time.ts';

/** How many earlier runs of a suite its flake rate looks at. */
const rateOver = 20;

/**
 * Writes the end of a run: its report first, so that a run that has ended has one. A run that has ended stays as it is.
 */
export async function endRun(
  deps: CheckDeps,
  run: CheckRunView,
  {
    cancelled,
    cancelled_by: canceller = null,
    refused,
  }: { cancelled: boolean; cancelled_by?: RunCanceller | null; refused: Refusal | null },
): Promise<CheckRunView> {
  const { power, version, metrics } = deps;
  const { store, clock } = power;
  if (runHasEnded(run)) return run;
  const window = await store.windows.find(windowIdOfRun(run.run_id));
  const receipt: Receipt | null = window?.receipt ?? null;
  const results = await store.checks.results(run.run_id);
  const residue = receipt?.residue ?? null;
  const cancelled_by = canceller?.actor ?? null;
  const end = endOfRun(results, { flaky: run.flaky, cancelled, cancelled_by, refused, residue });
  const flake_rate = await flakeRateOf(deps, run, end.status);
  const folder = folderOf(deps.folder, run);
  const finished_at = isoTime(clock());
  const view = { ...run, ...end, cancelled_by, residue, flake_rate, folder, finished_at };
  const report = { version, run: view, results: results.map(shownResult), receipt };
  const written = await writeReport(folder, report).then(
    () => true,
    (error: unknown) => {
      power.log.warn({ err: error, run_id: run.run_id }, 'a report could not be written');
      return false;
    },
  );
  const { run_id, suite, correlation_id } = run;
  const { status, cause, score, counts } = end;
  const event = hostEvent(power, 'checks.finished', cancelled_by ?? run.owner, {
    ...(canceller?.principal !== undefined && { actor_id: canceller.principal }),
    correlation_id,
    ...(window !== null && { window_id: window.window_id }),
    payload: {
      run_id,
      suite,
      status,
      cause,
      score,
      counts,
      cancelled_by,
      groups: groupsOf(results),
    },
  });
  const last = { ...view, folder: written ? folder : null };
  const kept = await store.checks.change(run_id, () => ({ view: last, events: [event] }));
  metrics.ended(suite, status);
  return kept ?? last;
}

async function flakeRateOf(
  { power }: CheckDeps,
  { suite, run_id }: CheckRunView,
  status: CheckRunView['status'],
): Promise<number | null> {
  const { runs } = await power.store.checks.list({ suite, limit: rateOver });
  const ended = runs.filter((one) => one.run_id !== run_id && runHasEnded(one));
  const all = [status, ...ended.map((one) => one.status)].slice(0, rateOver);
  const judged = all.filter((one) => /^(passed|failed|flaky)$/.test(one));
  if (judged.length === 0) return null;
  return judged.filter((one) => one === 'flaky').length / judged.length;
}

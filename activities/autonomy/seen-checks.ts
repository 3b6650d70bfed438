import type { Observation } from '../../contracts/autonomy.ts';
import type { CheckRunView } from '../../contracts/checks.ts';
import { stayRed, type EndedRun } from '../../domain/autonomy/red-checks.ts';
import { runHasEnded } from '../../domain/checks/outcome.ts';
import { isRed, isRedRun, repairHasEnded } from '../../domain/repair/ends.ts';
import type { AutonomyDeps } from './deps.ts';

const dayMs = 86_400_000;
/** So that two nights count, and two weekends; older runs say nothing of today. */
const runsMs = 8 * dayMs;
/** How many of the newest runs and repairs a round looks at. */
const mostRuns = 200;
/** And of one suite: more say nothing new. */
const mostOfSuite = 5;
const mostRepairs = 50;

/** The suites of this host that stay red, and the repairs that decide whether another one may begin. */
export async function seenChecks(
  { store, host }: Pick<AutonomyDeps, 'store' | 'host'>,
  now: number,
): Promise<Required<Pick<Observation, 'red' | 'repairs'>>> {
  const [{ runs }, { repairs }] = await Promise.all([
    store.checks.list({ limit: mostRuns }),
    store.repairs.list({ limit: mostRepairs }),
  ]);
  const isWithin = (ms: number, { created_at }: { created_at: string }): boolean =>
    Date.parse(created_at) > now - ms;
  const ended = runs.filter((run) => run.host === host && isWithin(runsMs, run) && isJudged(run));
  const newest = [...Map.groupBy(ended, ({ suite }) => suite).values()].flatMap((of) =>
    of.slice(0, mostOfSuite),
  );
  const redOf = async (run: (typeof ended)[number]): Promise<EndedRun> => {
    const results = isRedRun(run) ? await store.checks.results(run.run_id) : [];
    const red = results.filter(isRed).map(({ suite, name }) => `${suite}/${name}`);
    return { run_id: run.run_id, suite: run.suite, host, red };
  };
  return {
    red: stayRed(await Promise.all(newest.map(redOf))),
    repairs: repairs
      .filter((one) => one.host === host && (isWithin(2 * dayMs, one) || !repairHasEnded(one)))
      .map(({ repair_id, suite, trigger, status, created_at, finished_at }) => {
        const what = { repair_id, suite, host, trigger, status, created_at };
        return { ...what, ended_at: finished_at };
      }),
  };
}

/** Whether a run says something of its checks. */
const isJudged = (run: CheckRunView): boolean => runHasEnded(run) && run.status !== 'cancelled';

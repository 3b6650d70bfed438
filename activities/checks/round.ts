import { createStoredWorkRound } from '../stored-work.ts';
import type { CheckDeps } from './deps.ts';
import { closeWindow, windowOfRun } from './window.ts';
import { endRun } from './end-run.ts';

/** Starts runs of checks that have no workflow, and ends those whose workflow is gone. */
export const createCheckRound = (deps: CheckDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps.power, {
    store: deps.power.store.checks,
    idOf: ({ run_id }) => run_id,
    atOnce: 4,
    runs: (id) => deps.runs().checksRun(id),
    start: (run) => deps.runs().startChecks(run),
    async endLost(run) {
      await closeWindow(deps, windowOfRun(deps, run));
      const detail = 'The workflow of this run is gone; start it again.';
      await endRun(deps, run, { cancelled: false, refused: { cause: 'lost', detail } });
    },
  });

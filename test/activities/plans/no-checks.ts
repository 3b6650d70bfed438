import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';

/** For plans without a run of checks. */
export const noChecks: PlanDeps['checks'] = () => {
  throw new Error('this fixture runs no checks');
};

/** For plans without a repair. */
export const noRepairs: PlanDeps['repairs'] = () => {
  throw new Error('this fixture repairs nothing');
};

const never = () => Promise.reject(new Error('this fixture carries nothing out'));

/** For plans whose steps are not carried out. */
export const noRuns: PlanRuns = {
  start: never,
  runs: never,
  openWindow: never,
  extendWindow: never,
  closeWindow: never,
  releaseService: never,
  restartService: never,
  cancelRestart: never,
};

/** What plans of this test do not use. */
export const nothingElse = { checks: noChecks, repairs: noRepairs, patches: null, roles: {} };

import { thresholdName } from '../../domain/checks/load/read-load.ts';
import type { Check, Suite } from '../../domain/checks/suite.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';

/** The checks of a run before they run: what never runs is shown as such. */
export const planned = (suites: readonly Suite[]): KeptResult[] =>
  suites
    .flatMap((suite) => [
      ...suite.checks.map((check) => unrun(suite, check)),
      ...thresholdsOf(suite),
    ])
    .map((result, nth) => ({ ...result, nth }));

const unrun = (suite: Suite, check: Check): Omit<KeptResult, 'nth'> => ({
  name: check.name,
  suite: suite.name,
  kind: check.kind,
  service: check.service,
  status: 'not_run',
  cause: 'not_run',
  detail: 'the run ended before this check',
  started_at: null,
  ms: null,
  insecure: check.insecure,
  attempts: [],
  stored: {},
});

/** Each threshold of a load has a result of its own. */
const thresholdsOf = (suite: Suite): Omit<KeptResult, 'nth'>[] =>
  suite.load === null
    ? []
    : suite.load.thresholds.map((threshold) => ({
        ...unrun(suite, suite.load!.endpoint),
        name: thresholdName(threshold),
        kind: 'load',
      }));

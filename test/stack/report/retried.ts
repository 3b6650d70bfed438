import { failLine, type FailedTest } from './failed.ts';

/** The tests that failed and then passed, one with its error a line; no lines if there are none. */
export const retriedReport = (tests: readonly FailedTest[]): string[] =>
  tests.length === 0
    ? []
    : [`Passed when tried again: ${tests.length}`, ...tests.map((test) => `  ${failLine(test)}`)];

/** The tests that failed and then passed, one a line; no lines if there are none. */
export const retriedReport = (tests: readonly string[]): string[] =>
  tests.length === 0
    ? []
    : [`Passed when tried again: ${tests.length}`, ...tests.map((test) => `  ${test}`)];

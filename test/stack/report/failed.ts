/** A test that failed. */
export interface FailedTest {
  /** Its file, relative to the root of the repository. */
  file: string;
  /** Its full name, with those of its groups. */
  name: string;
  error: string;
}

const longestError = 200;

/** The failed tests, one with its error a line, and the errors outside of tests; no lines if there are none. */
export function failReport(
  tests: readonly FailedTest[],
  errors: readonly { message: string }[],
): string[] {
  const lines = [
    ...tests.map(failLine),
    ...errors.map(({ message }) => `outside any test: ${short(message)}`),
  ];
  return lines.length === 0 ? [] : [`Failed: ${lines.length}`, ...lines.map((line) => `  ${line}`)];
}

/** A test and the first line of its error. */
export const failLine = ({ file, name, error }: FailedTest): string =>
  `${file} > ${name}: ${short(error)}`;

const short = (error: string): string => error.split('\n', 1)[0]!.slice(0, longestError);

import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, Vitest } from 'vitest/node';
import { writeFailedFiles } from './failed-files.ts';
import { failReport, type FailedTest } from './failed.ts';
import { retriedReport } from './retried.ts';
import { skipReport, type SkippedTest } from './skipped.ts';

/**
 * Lists the skipped tests at the end of a run, those that passed only when tried again, and the failed ones after them, so
 * that the last lines of a long log say what is wrong. Fails in CI if CI could have run a test that was skipped.
 */
export default class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    if (this.#vitest === undefined) return;
    const { root, testNamePattern } = this.#vitest.config;
    const lines: string[] = [];
    const failed = failedIn(modules, root);
    const failedFiles = new Set(failed.map(({ file }) => file));
    let again = errors.length === 0 ? [...failedFiles] : [];
    // a run that selects titles skips all others
    if (testNamePattern === undefined) {
      // a hook that fails skips the tests of its file
      const ran = skippedIn(modules, root).filter(({ file }) => !failedFiles.has(file));
      const skipped = skipReport(ran, (process.env.CI ?? '') !== '');
      lines.push(...skipped.lines);
      if (skipped.fails) {
        process.exitCode = 1;
        again = [];
      }
    }
    lines.push(...retriedReport(retriedIn(modules, root)), ...failReport(failed, errors));
    writeFailedFiles(again);
    const file = process.env.VX11_TEST_SUMMARY;
    // `npm test` prints the summaries of all its runs at the end
    if (file !== undefined) appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
    else for (const line of lines) console.log(line);
  }
}

const skippedIn = (modules: readonly TestModule[], root: string): SkippedTest[] =>
  modules.flatMap((module) =>
    [...module.children.allTests('skipped')].map((test) => {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      return { file: relative(root, module.moduleId), name: test.fullName, note };
    }),
  );

const retriedIn = (modules: readonly TestModule[], root: string): FailedTest[] =>
  modules.flatMap((module) =>
    [...module.children.allTests('passed')]
      .filter((test) => test.diagnostic()?.flaky === true)
      .map((test) => failedTest(module, test, root)),
  );

const failedTest = (module: TestModule, test: TestCase, root: string): FailedTest => ({
  file: relative(root, module.moduleId),
  name: test.fullName,
  error: test.result().errors?.[0]?.message ?? '',
});

function failedIn(modules: readonly TestModule[], root: string): FailedTest[] {
  return modules.flatMap((module) => {
    const file = relative(root, module.moduleId);
    const suites = [module, ...module.children.allSuites()].flatMap((suite) =>
      suite.errors().map((error) => ({ file, name: 'outside its tests', error: error.message })),
    );
    const tests = [...module.children.allTests('failed')].map((test) =>
      failedTest(module, test, root),
    );
    return [...suites, ...tests];
  });
}

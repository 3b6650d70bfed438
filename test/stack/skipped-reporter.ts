import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { skipReport, type SkippedTest } from './skipped.ts';

/** Lists the skipped tests at the end of a run, and fails in CI if CI could have run them. */
export default class SkippedReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // a run that selects titles skips all others
    if (this.#vitest === undefined || this.#vitest.config.testNamePattern !== undefined) return;
    const root = this.#vitest.config.root;
    const skipped = modules.flatMap((module): SkippedTest[] =>
      [...module.children.allTests('skipped')].map((test) => {
        const result = test.result();
        const note = result.state === 'skipped' ? result.note : undefined;
        return { file: relative(root, module.moduleId), name: test.fullName, note };
      }),
    );
    const { lines, fails } = skipReport(skipped, (process.env.CI ?? '') !== '');
    const file = process.env.VX11_SKIPPED_TESTS;
    // `npm test` prints the skipped tests of all its runs at the end
    if (file !== undefined) appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
    else for (const line of lines) console.log(line);
    if (fails) process.exitCode = 1;
  }
}

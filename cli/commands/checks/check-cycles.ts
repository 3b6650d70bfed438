import type { CheckRunAnswer, CheckStatus } from '../../../contracts/checks.ts';
import { verdictLine } from '../../../domain/checks/reports/report.ts';
import { table } from '../../table.ts';

/** The results of several runs of the same checks as one, for a reader that knows only one run. */
export function asOneRun(cycles: readonly CheckRunAnswer[]): CheckRunAnswer {
  const last = cycles.at(-1)!;
  if (cycles.length === 1) return last;
  const results = cycles.flatMap((cycle, at) =>
    cycle.results.map((result) => ({ ...result, suite: `${result.suite} (cycle ${at + 1})` })),
  );
  return { run: last.run, results };
}

/** 1 if some check of a cycle did not pass, 2 if a cycle could judge nothing, else 0. */
export function exitOfCycles(cycles: readonly CheckRunAnswer[]): number {
  const codes = cycles.map(({ run }) => run.exit_code ?? 2);
  return codes.includes(1) ? 1 : Math.max(...codes);
}

/** What was not judged makes no check flaky. */
function verdictOf(passed: number, ends: readonly CheckStatus[]): string {
  if (passed === ends.length) return 'passed';
  const isBad = ends.some((end) => /^(failed|flaky|timeout|error)$/.test(end));
  if (!isBad) return 'not always judged';
  return passed === 0 ? 'never passed' : 'flaky';
}

/** How each run ended, and how often each check passed: one that passes only sometimes is flaky. */
export function cyclesText(cycles: readonly CheckRunAnswer[]): string {
  const names = cycles[0]!.results.map(({ suite, name }) => `${suite}/${name}`);
  const statuses = names.map((name) =>
    cycles.map(
      ({ results }): CheckStatus =>
        results.find((one) => `${one.suite}/${one.name}` === name)?.status ?? 'not_run',
    ),
  );
  const rows = names.map((name, at) => {
    const ends = statuses[at]!;
    const others = [...new Set(ends.filter((end) => end !== 'passed'))];
    const passed = ends.filter((end) => end === 'passed').length;
    const verdict = verdictOf(passed, ends);
    return [name, `${passed} of ${ends.length}`, verdict, others.join(', ')];
  });
  return [
    ...cycles.map((cycle, at) => `cycle ${at + 1}: ${verdictLine(cycle)}`),
    '',
    table(['CHECK', 'PASSED', 'VERDICT', 'OTHERWISE'], rows),
  ].join('\n');
}

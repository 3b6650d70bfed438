import type { CheckAttempt, CheckResult } from '../../../contracts/checks.ts';
import { durationOf, type Report } from './report.ts';
import { escaped } from './escape.ts';

/**
 * `junit.xml` in the dialect of Surefire, which tells every try: `flakyFailure` before a pass, `rerunFailure` after a
 * failure. A flaky check is a failure unless the run takes flaky for passed; readers without the dialect see it either way.
 */
export function junit({ run, results }: Report): string {
  const suites = Map.groupBy(results, ({ suite }) => suite);
  const flakyPasses = run.flaky === 'pass';
  const totals = countsOf(results, flakyPasses);
  const body = [...suites].map(([name, checks]) => suiteOf(name, checks, flakyPasses));
  const time = seconds(durationOf(run));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: `vx11 ${run.suite}`, ...totals, time })}>`,
    ...body,
    ...(results.length === 0 ? [nothingRan(run.detail)] : []),
    '</testsuites>',
    '',
  ].join('\n');
}

/** A run without a check must not look green to a reader that counts failures. */
const nothingRan = (detail: string | null): string =>
  [
    '<testsuite name="vx11" tests="1" failures="0" errors="1" skipped="0">',
    '<testcase name="nothing ran" classname="vx11">',
    element('error', 'nothing_ran', detail ?? 'No check was selected.'),
    '</testcase></testsuite>',
  ].join('');

function suiteOf(name: string, checks: readonly CheckResult[], flakyPasses: boolean): string {
  const time = seconds(checks.reduce((sum, { ms }) => sum + (ms ?? 0), 0));
  const timestamp = checks.find(({ started_at }) => started_at !== null)?.started_at ?? '';
  const head = attributes({
    name,
    ...countsOf(checks, flakyPasses),
    time,
    ...(timestamp === '' ? {} : { timestamp }),
  });
  return [
    `<testsuite ${head}>`,
    ...checks.map((check) => caseOf(check, flakyPasses)),
    '</testsuite>',
  ].join('\n');
}

function caseOf(check: CheckResult, flakyPasses: boolean): string {
  const { name, suite, ms, service } = check;
  const classname = service === null || service === suite ? suite : `${suite}.${service}`;
  const head = attributes({ name, classname, time: seconds(ms ?? 0) });
  const inside = outcome(check, flakyPasses);
  return inside === '' ? `<testcase ${head}/>` : `<testcase ${head}>${inside}</testcase>`;
}

function outcome(check: CheckResult, flakyPasses: boolean): string {
  const { status, cause, detail, attempts } = check;
  const type = cause ?? status;
  const said = detail ?? status;
  const evidence = attempts.at(-1)?.evidence ?? '';
  switch (status) {
    case 'passed':
      return '';
    case 'flaky': {
      const failures = attempts.filter((one) => one.status !== 'passed');
      const first = failures[0];
      const tries = failures.map((one) => retold('flakyFailure', one)).join('');
      return flakyPasses ? tries : element('failure', 'flaky', said, first?.evidence ?? '') + tries;
    }
    case 'failed':
    case 'timeout':
      return element('failure', type, said, evidence) + reruns(attempts);
    case 'skipped':
    case 'off_by_policy':
      return `<skipped ${attributes({ message: `${type}: ${said}` })}/>`;
    default:
      return element('error', type, said, evidence) + reruns(attempts);
  }
}

const reruns = (attempts: readonly CheckAttempt[]): string =>
  attempts
    .slice(0, -1)
    .map((one) => retold('rerunFailure', one))
    .join('');

const retold = (name: string, { cause, status, detail, evidence, attempt, ms }: CheckAttempt) =>
  element(
    name,
    cause ?? status,
    `try ${attempt} (${Math.round(ms)} ms): ${detail ?? status}`,
    evidence ?? '',
  );

/** A failure always has a message and a text: some readers take one without for a pass. */
const element = (name: string, type: string, message: string, evidence = ''): string => {
  const text = escaped([message, evidence].filter(Boolean).join('\n\n'));
  return `<${name} ${attributes({ message, type })}>${text}</${name}>`;
};

function countsOf(checks: readonly CheckResult[], flakyPasses: boolean) {
  const of = (pattern: RegExp): number =>
    checks.filter(({ status }) => pattern.test(status)).length;
  return {
    tests: checks.length,
    failures: of(flakyPasses ? /^(failed|timeout)$/ : /^(failed|timeout|flaky)$/),
    errors: of(/^(error|inconclusive|interrupted|not_run)$/),
    skipped: of(/^(skipped|off_by_policy)$/),
  };
}

const attributes = (pairs: Record<string, string | number>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(' ');

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

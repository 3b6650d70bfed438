import type { CheckAttempt, CheckStatus } from '../../../contracts/checks.ts';
import { durationOf, type Report } from './report.ts';

const seedWords: Record<CheckStatus, 'ok' | 'degraded' | 'fail' | 'timeout' | 'error'> = {
  passed: 'ok',
  flaky: 'degraded',
  off_by_policy: 'degraded',
  skipped: 'degraded',
  failed: 'fail',
  timeout: 'timeout',
  error: 'error',
  inconclusive: 'error',
  interrupted: 'error',
  not_run: 'error',
};

/** `test_results.json`: every check by name, with the five words of the older conductors beside the exact status. */
export function testResults({ run, results }: Report): object {
  const ok = results.filter(({ status }) => seedWords[status] === 'ok').length;
  return {
    run_id: run.run_id,
    suite: run.suite,
    start_time: run.started_at ?? run.created_at,
    end_time: run.finished_at,
    services: run.services,
    tests: Object.fromEntries(
      results.map(({ suite, name, ...result }) => [
        `${suite}/${name}`,
        { status: seedWords[result.status], result: result.status, ...without(result, 'status') },
      ]),
    ),
    summary: {
      passed: ok,
      total: results.length,
      health_score: run.score === null ? null : Math.round(run.score * 100),
      status: run.status,
      cause: run.cause,
    },
  };
}

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = value;
  return rest;
};

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

const ctrfWords: Record<CheckStatus, CtrfStatus> = {
  passed: 'passed',
  flaky: 'passed',
  failed: 'failed',
  timeout: 'failed',
  error: 'failed',
  skipped: 'skipped',
  off_by_policy: 'skipped',
  inconclusive: 'other',
  interrupted: 'other',
  not_run: 'pending',
};

/** `ctrf.json` of the Common Test Report Format, with every try of a flaky check. */
export function ctrf({ version, run, results }: Report): object {
  const count = (word: CtrfStatus): number =>
    results.filter(({ status }) => ctrfWords[status] === word).length;
  const start = Date.parse(run.started_at ?? run.created_at);
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId: run.run_id,
    timestamp: run.finished_at ?? run.created_at,
    generatedBy: 'vx11',
    results: {
      tool: { name: 'vx11', version },
      summary: {
        tests: results.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: count('other'),
        flaky: run.counts.flaky ?? 0,
        start,
        stop: start + durationOf(run),
      },
      tests: results.map(({ name, suite, status, cause, detail, ms, kind, attempts }) => ({
        name,
        suite: [suite],
        type: kind,
        status: ctrfWords[status],
        rawStatus: status,
        duration: Math.round(ms ?? 0),
        flaky: status === 'flaky',
        retries: Math.max(0, attempts.length - 1),
        ...(status === 'passed' ? {} : { message: messageOf(cause, detail, status) }),
        ...(attempts.length > 1 ? { retryAttempts: attempts.map(ctrfAttempt) } : {}),
      })),
    },
  };
}

const ctrfAttempt = ({
  attempt,
  status,
  cause,
  detail,
  ms,
  started_at,
  evidence,
}: CheckAttempt) => ({
  attempt,
  status: ctrfWords[status],
  duration: Math.round(ms),
  start: Date.parse(started_at),
  stop: Date.parse(started_at) + Math.round(ms),
  ...(status === 'passed' ? {} : { message: messageOf(cause, detail, status) }),
  ...(evidence === null ? {} : { snippet: evidence }),
});

const messageOf = (cause: string | null, detail: string | null, status: CheckStatus): string =>
  [cause ?? status, detail].filter(Boolean).join(': ');

/** `summary.json`, written last: a folder without it is incomplete. */
export const summary = ({ run, results, receipt, version }: Report): object => ({
  ...run,
  vx11: version,
  total: results.length,
  duration_ms: durationOf(run),
  receipt,
});

import { validateStrict } from 'ctrf';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import type { CheckAttempt, CheckResult, CheckStatus } from '../../../contracts/checks.ts';
import { endOfRun } from '../../../domain/checks/outcome.ts';
import { writers } from '../../../domain/checks/reports/index.ts';
import type { Report } from '../../../domain/checks/reports/report.ts';
import { aRun } from '../../activities/checks/a-run.ts';

const at = '2026-11-21T12:00:00.000Z';
const failed: CheckAttempt = {
  attempt: 1,
  status: 'failed',
  cause: 'condition',
  detail: '[STATUS] (500) == 200 & <b>"\u0000\u001b[31m\uD800',
  started_at: at,
  ms: 12.4,
  evidence: 'HTTP 500\n]]> <script>alert(1)</script>',
};
const passed: CheckAttempt = { ...failed, attempt: 2, status: 'passed', cause: null, detail: null };
const result = (status: CheckStatus, attempts: CheckAttempt[] = []): CheckResult => ({
  name: `a ${status} <check>`,
  suite: 'orders',
  kind: 'http',
  service: 'web',
  status,
  cause: status === 'passed' ? null : 'condition',
  detail: status === 'passed' ? null : failed.detail,
  started_at: at,
  ms: 12.4,
  insecure: false,
  attempts,
});
const all: CheckResult[] = [
  result('passed', [passed]),
  result('failed', [failed, { ...failed, attempt: 2 }]),
  result('flaky', [failed, passed]),
  ...(['timeout', 'error', 'inconclusive', 'skipped', 'off_by_policy', 'interrupted'] as const).map(
    (status) => result(status, status === 'skipped' ? [] : [{ ...failed, status }]),
  ),
  result('not_run'),
];
const report = (results: CheckResult[], flaky: 'fail' | 'pass' = 'fail'): Report => {
  const facts = { flaky, cancelled: false, cancelled_by: null, refused: null, residue: null };
  const run = aRun({ finished_at: '2026-11-21T12:00:02.000Z', flaky });
  return { version: '0.1.0', run: { ...run, ...endOfRun(results, facts) }, results, receipt: null };
};

interface Case {
  name: string;
  failure?: unknown;
  error?: unknown;
  skipped?: unknown;
  flakyFailure?: unknown;
  rerunFailure?: unknown;
}
const parse = (xml: string) => {
  expect(XMLValidator.validate(xml)).toBe(true);
  const reader = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => name === 'testcase',
  });
  const { testsuites } = reader.parse(xml) as {
    testsuites: Record<string, string> & { testsuite: { testcase: Case[] } };
  };
  return { totals: testsuites, cases: testsuites.testsuite.testcase };
};

describe('junit.xml', () => {
  const xml = writers['junit.xml'](report(all));
  test('can be read back, whatever a message contains', () => {
    const { totals, cases } = parse(xml);
    expect(totals).toMatchObject({ tests: '10', failures: '3', errors: '4', skipped: '2' });
    expect(cases[1]!.name).toBe('a failed <check>');
    // eslint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u001b]/);
  });
  test('tells every try of a flaky check, which is red without the dialect too', () => {
    const flaky = parse(xml).cases[2]!;
    expect(flaky).toHaveProperty('failure');
    expect(flaky).toHaveProperty('flakyFailure');
    const green = parse(writers['junit.xml'](report(all, 'pass'))).cases[2]!;
    expect(green).not.toHaveProperty('failure');
    expect(green).toHaveProperty('flakyFailure');
  });
  test('tells the earlier try of a failure', () =>
    expect(parse(xml).cases[1]).toHaveProperty('rerunFailure'));
  test('has a message and a text in every failure', () => {
    const texts = [...xml.matchAll(/<(failure|error)( [^>]*)>([^<]*)</g)];
    expect(texts.length).toBeGreaterThan(5);
    for (const [, , attributes, text] of texts) {
      expect(attributes).toContain('message="');
      expect(text).not.toBe('');
    }
  });
  test('is red where nothing ran', () => {
    const { cases } = parse(writers['junit.xml'](report([])));
    expect(cases[0]).toHaveProperty('error');
  });
});

test('ctrf.json is valid, and has every try', () => {
  const ctrf = JSON.parse(writers['ctrf.json'](report(all))) as {
    results: { tests: { flaky: boolean; retries: number; retryAttempts: unknown[] }[] };
  };
  expect(() => validateStrict(ctrf)).not.toThrow();
  expect(ctrf.results.tests[2]).toMatchObject({ flaky: true, retries: 1 });
  expect(ctrf.results.tests[2]!.retryAttempts).toHaveLength(2);
});

test('test_results.json has the older words beside the exact ones', () => {
  const { tests, summary } = JSON.parse(writers['test_results.json'](report(all))) as {
    tests: Record<string, { status: string; result: string }>;
    summary: object;
  };
  expect(tests['orders/a timeout <check>']).toMatchObject({ status: 'timeout', result: 'timeout' });
  expect(tests['orders/a flaky <check>']).toMatchObject({ status: 'degraded' });
  expect(summary).toMatchObject({ passed: 1, total: 10, health_score: 20 });
});

test('report.html has no script, nothing from elsewhere, and is small for 200 results', () => {
  const many = Array.from({ length: 200 }, (_, nth) => ({
    ...result('failed', [{ ...failed, evidence: 'x'.repeat(4096) }]),
    name: `check ${nth}`,
  }));
  const page = writers['report.html'](report(many));
  expect(page.length).toBeLessThan(300_000);
  expect(page).not.toMatch(/<script|<img|<link|src=|href=|url\(/i);
});

test('report.md says what is not passed, as plain text', () => {
  const text = writers['report.md'](report(all));
  expect(text).toContain('orders/a failed \\<check\\> **failed**');
  expect(text).not.toContain('a passed');
});

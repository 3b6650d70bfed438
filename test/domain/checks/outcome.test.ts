import { describe, expect, test } from 'vitest';
import type { CheckAttempt, CheckResult, CheckStatus } from '../../../contracts/checks.ts';
import { endOfRun, longestMs, outcomeOf } from '../../../domain/checks/outcome.ts';

const attempt = (status: CheckStatus, at = 1): CheckAttempt => ({
  attempt: at,
  status,
  cause: status === 'passed' ? null : 'condition',
  detail: status === 'passed' ? null : `try ${at} failed`,
  started_at: '2026-11-21T12:00:00.000Z',
  ms: 10,
  evidence: null,
});
const result = (status: CheckStatus, cause: string | null = null): CheckResult => ({
  name: status,
  suite: 's',
  kind: 'http',
  service: 'web',
  status,
  cause,
  detail: null,
  started_at: null,
  ms: null,
  insecure: false,
  attempts: [],
});

describe('a check ended', () => {
  test.each<[CheckStatus[], CheckStatus]>([
    [['passed'], 'passed'],
    [['failed', 'passed'], 'flaky'],
    [['timeout', 'error', 'passed'], 'flaky'],
    [['failed', 'failed'], 'failed'],
    [['failed', 'timeout'], 'timeout'],
    [[], 'not_run'],
  ])('after %j as %s', (tries, status) =>
    expect(outcomeOf(tries.map((one, at) => attempt(one, at + 1))).status).toBe(status),
  );
  test('as flaky with what its failed try said', () =>
    expect(outcomeOf([attempt('failed'), attempt('passed', 2)])).toMatchObject({
      cause: 'condition',
      detail: 'passed at try 2; try 1: try 1 failed',
      ms: 20,
    }));
});

describe('a run ends', () => {
  const facts = {
    flaky: 'fail',
    cancelled: false,
    cancelled_by: null,
    refused: null,
    residue: null,
  } as const;
  test.each<[CheckStatus[], string, number, number | null]>([
    [['passed', 'passed'], 'passed', 0, 1],
    [['passed', 'failed'], 'failed', 1, 0.5],
    [['passed', 'timeout'], 'failed', 1, 0.5],
    [['passed', 'error'], 'error', 1, 0.5],
    [['passed', 'flaky'], 'flaky', 1, 0.5],
    [['passed', 'interrupted'], 'inconclusive', 1, 1],
    [['passed', 'inconclusive'], 'inconclusive', 1, 1],
    [['passed', 'not_run'], 'inconclusive', 1, 1],
    // asleep is never failed, and in no score
    [['passed', 'off_by_policy'], 'passed', 0, 1],
    [['off_by_policy', 'off_by_policy'], 'inconclusive', 2, null],
    [['inconclusive'], 'inconclusive', 2, null],
    [['failed', 'skipped', 'skipped'], 'failed', 1, 0],
    [[], 'inconclusive', 2, null],
  ])('after %j as %s, exit %d', (statuses, status, exit_code, score) =>
    expect(
      endOfRun(
        statuses.map((one) => result(one)),
        facts,
      ),
    ).toMatchObject({
      status,
      exit_code,
      score,
    }),
  );

  test('green when flaky counts as passed', () =>
    expect(endOfRun([result('flaky')], { ...facts, flaky: 'pass' })).toMatchObject({
      status: 'flaky',
      exit_code: 0,
    }));
  test('red when something still runs after its window', () =>
    expect(endOfRun([result('passed')], { ...facts, residue: ['web'] })).toMatchObject({
      status: 'failed',
      cause: 'residue',
      exit_code: 1,
    }));
  test('as cancelled, unless a check had failed before', () => {
    const cancelled = { ...facts, cancelled: true, cancelled_by: 'ana' };
    expect(endOfRun([result('passed'), result('not_run')], cancelled)).toMatchObject({
      status: 'cancelled',
      detail: 'Cancelled by ana.',
    });
    expect(endOfRun([result('failed'), result('not_run')], cancelled).status).toBe('failed');
  });
  test('with the reason why nothing could be judged', () =>
    expect(endOfRun([], { ...facts, refused: { cause: 'no_room', detail: 'full' } })).toMatchObject(
      { status: 'inconclusive', cause: 'no_room', detail: 'full', exit_code: 2 },
    ));
});

test.each([
  [[], 4, 0],
  [[100], 4, 125],
  [[100, 100, 100, 100], 4, 200],
])('%j at %d side by side take %d ms at most', (units, concurrency, ms) =>
  expect(longestMs(units, concurrency)).toBe(ms),
);

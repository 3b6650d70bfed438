import { describe, expect, test } from 'vitest';
import { inFile, inService, judge, model } from './judge.ts';

describe('checks and suites', () => {
  const checks = [
    { name: 'a', url: 'http://web/', conditions: ['[STATUS] == 200', '[BODY].n == 4711'] },
    { name: 'b', url: 'http://web/b' },
  ];
  const vx = (own: unknown[]) => ({ 'x-vx11': { checks: own } });
  test.each<[string, unknown[], string]>([
    ['a check is removed', [checks[0]], 'check_removed'],
    [
      'a condition is removed',
      [{ ...checks[0], conditions: ['[STATUS] == 200'] }, checks[1]],
      'check_removed',
    ],
    [
      'a condition is loosened',
      [{ ...checks[0], conditions: ['[STATUS] < 600', '[BODY].n == 4711'] }, checks[1]],
      'check_changed',
    ],
    ['retries are added', [{ ...checks[0], retries: 2 }, checks[1]], 'check_changed'],
    ['a URL is moved', [{ ...checks[0], url: 'http://db/' }, checks[1]], 'check_changed'],
  ])('%s', (_, after, word) => {
    expect(inService(vx(checks), vx(after))).toEqual([word]);
  });
  test('a suite, the policy, and a file that checks are imported from', () => {
    const top = (own: object) => model({}, { 'x-vx11': own });
    const suites = [{ name: 's', endpoints: checks }];
    expect(judge({ before: top({ suites }), after: top({ suites: [] }) })).toEqual([
      'check_removed',
    ]);
    const repair = { mode: 'suggest' };
    expect(judge({ before: top({ repair }), after: top({ repair: { mode: 'apply' } }) })).toEqual([
      'policy_changed',
    ]);
    const imports = {
      before: top({ import: './gatus.yaml' }),
      after: top({ import: './gatus.yaml' }),
    };
    expect(inFile('gatus.yaml', 'a: 1\n', 'a: 2\n', imports)).toEqual(['check_changed']);
  });
  test('the answer that a condition expects is not written into the program', () => {
    const stack = { before: model(vx(checks)), after: model(vx(checks)) };
    const was = 'def total(items):\n    return sum(items) - 1\n';
    expect(inFile('app.py', was, was.replace('sum(items) - 1', '4711'), stack)).toEqual([
      'answer_hard_coded',
    ]);
    expect(inFile('app.py', was, was.replace(' - 1', ''), stack)).toEqual([]);
  });
});

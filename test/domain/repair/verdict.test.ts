import { expect, test } from 'vitest';
import { changesBetween, normalConfig } from '../../../domain/repair/behaviour.ts';
import {
  judgeMinimal,
  judgeOthers,
  judgeRed,
  judgeStrength,
} from '../../../domain/repair/verdict.ts';
import { keyOfCheck } from '../../../domain/repair/seen-result.ts';
import { judgeReproduction } from '../../../domain/repair/reproduction.ts';
import type { CheckStatus } from '../../../contracts/checks.ts';

const one = (name: string, status: CheckStatus, cause: string | null = null) => ({
  suite: 'web',
  name,
  status,
  cause,
  detail: null,
});
const red = [{ suite: 'web', name: 'health' }];

test('red with one signature in each run is reproduced; what the other checks did is the baseline', () => {
  const run = [one('health', 'failed', 'refused'), one('other', 'passed')];
  const flakes = [one('health', 'failed', 'refused'), one('other', 'failed', 'condition')];
  const { end, signature, baseline } = judgeReproduction([run, flakes, run], red);
  expect({ end, signature }).toEqual({ end: 'red', signature: 'web/health failed refused' });
  expect(baseline.get(keyOfCheck({ suite: 'web', name: 'other' }))).toBe('flaky');
});

test.each<[string, [CheckStatus, string | null][], string]>([
  [
    'green each time',
    [
      ['passed', null],
      ['passed', null],
      ['passed', null],
    ],
    'not_reproduced',
  ],
  [
    'red, then green',
    [
      ['failed', 'refused'],
      ['passed', null],
      ['passed', null],
    ],
    'flaky',
  ],
  [
    'red for two causes',
    [
      ['failed', 'refused'],
      ['failed', 'condition'],
      ['failed', 'refused'],
    ],
    'flaky',
  ],
  [
    'green after a retry',
    [
      ['flaky', 'condition'],
      ['flaky', 'condition'],
      ['flaky', 'condition'],
    ],
    'flaky',
  ],
])('%s is not red', (_, ends, end) => {
  const runs = ends.map(([status, cause]) => [one('health', status, cause)]);
  expect(judgeReproduction(runs, red).end).toBe(end);
});

test('a patch has to turn every red check green', () => {
  expect(judgeRed([one('health', 'passed')], red)).toBeNull();
  expect(judgeRed([one('health', 'flaky')], red)?.because).toBe('not_green');
  expect(judgeRed([], red)?.detail).toBe('web/health did not run');
});

test('a check that was green may not turn red; a flaky or red one may', () => {
  const baseline = new Map(
    (['green', 'red', 'flaky'] as const).map((state) => [
      keyOfCheck({ suite: 'web', name: state }),
      state,
    ]),
  );
  const run = ['green', 'red', 'flaky'].map((name) => one(name, 'failed', 'condition'));
  expect(judgeOthers(run, { baseline })).toEqual({
    because: 'regression',
    detail: 'web/green is failed/condition',
  });
  expect(judgeOthers(run.slice(1), { baseline })).toBeNull();
});

test('a check that is green without its service proves nothing, and a part that changes nothing has no place', () => {
  expect(judgeStrength(red[0]!, 'green_while_frozen')?.because).toBe('weak');
  expect(judgeStrength(red[0]!, 'red')).toBeNull();
  expect(judgeMinimal('x', [one('health', 'passed')], red)?.because).toBe('not_minimal');
  expect(judgeMinimal('x', [one('health', 'failed')], red)).toBeNull();
});

test('two copies of a stack differ only in what a patch changes', () => {
  const config = (at: string, port: number) => ({
    name: `p-${at}`,
    services: { web: { build: { context: `/c/${at}/app` }, expose: [port] } },
  });
  const normal = (at: string, port: number) =>
    normalConfig(config(at, port), { project: `p-${at}`, copy: `/c/${at}` });
  expect(changesBetween(normal('a', 80), normal('b', 80))).toEqual([]);
  expect(changesBetween(normal('a', 80), normal('b', 81))).toEqual([
    { where: 'services.web.expose.0', before: '80', after: '81' },
  ]);
});

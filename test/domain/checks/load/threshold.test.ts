import { describe, expect, test } from 'vitest';
import { judgeThreshold, type LoadFigures } from '../../../../domain/checks/load/threshold.ts';
import { parseThreshold } from '../../../../domain/checks/load/read-threshold.ts';

const figures = (change: Partial<LoadFigures> = {}): LoadFigures => ({
  latencies: [10, 20, 30, 40, 400],
  ended: 10,
  failed: 1,
  seconds: 2,
  ...change,
});

test.each<[string, boolean, string]>([
  ['p(95) < 300', false, 'p(95) (400) < 300'],
  ['p(50) <= 30', true, 'p(50) (30) <= 30'],
  ['p(80)<41ms', true, 'p(80) (40) <41ms'],
  ['max < 1s', true, 'max (400) < 1s'],
  ['min >= 10', true, 'min (10) >= 10'],
  ['med < 30', false, 'med (30) < 30'],
  ['avg < 100', false, 'avg (100) < 100'],
  ['failed < 1%', false, 'failed (10%) < 1%'],
  ['failed <= 10%', true, 'failed (10%) <= 10%'],
  ['rate > 2', true, 'rate (2.5) > 2'],
])('%s', (source, holds, shown) =>
  expect(judgeThreshold(parseThreshold(source), figures())).toEqual({ holds, shown }),
);

describe('a mistake is found when it is read', () => {
  test.each([
    ['p95 < 300', 'is no threshold'],
    ['p(101) < 300', 'is no threshold'],
    ['p(95) == 300', 'is no threshold'],
    ['p(95)', 'is no threshold'],
    ['p(95) < soon', 'not a time'],
    ['failed < 1', 'not a percentage'],
    ['failed < 101%', 'not a percentage'],
    ['rate > 10ms', 'not a number of requests'],
    ['[STATUS] == 200', 'is no threshold'],
  ])('%s', (source, problem) => expect(() => parseThreshold(source)).toThrow(problem));
});

test.each([
  ['p(95) < 300', { latencies: [] }],
  ['avg < 300', { latencies: [] }],
  ['failed < 1%', { ended: 0, failed: 0, latencies: [] }],
  ['rate > 1', { ended: 0, latencies: [] }],
])('%s over nothing neither holds nor breaks', (source, nothing) =>
  expect(judgeThreshold(parseThreshold(source), figures(nothing))).toBeNull(),
);

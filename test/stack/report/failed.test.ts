import { expect, test } from 'vitest';
import { failReport } from './failed.ts';

test('a run in which nothing failed prints nothing', () => {
  expect(failReport([], [])).toEqual([]);
});

test('failed tests are listed with the first line of their error', () => {
  const failed = { file: 'test/x.test.ts', name: 'a > b', error: `expected 1\nto be 2` };
  expect(failReport([failed], [{ message: 'x'.repeat(500) }])).toEqual([
    'Failed: 2',
    '  test/x.test.ts > a > b: expected 1',
    `  outside any test: ${'x'.repeat(200)}`,
  ]);
});

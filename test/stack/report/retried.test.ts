import { expect, test } from 'vitest';
import { retriedReport } from './retried.ts';

test('a run in which every test passed at once prints nothing', () =>
  expect(retriedReport([])).toEqual([]));

test('tests that passed when tried again are listed', () =>
  expect(
    retriedReport([
      { file: 'test/x.test.ts', name: 'a', error: 'late\nby far' },
      { file: 'test/y.test.ts', name: 'b', error: '' },
    ]),
  ).toEqual([
    'Passed when tried again: 2',
    '  test/x.test.ts > a: late',
    '  test/y.test.ts > b: ',
  ]));

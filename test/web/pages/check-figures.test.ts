import { expect, test } from 'vitest';
import { percent, runsBySuite } from '../../../web/pages/checks/figures.ts';
import { tookMs } from '../../../web/things/run-time.ts';
import { aRun } from '../../activities/checks/a-run.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const ended = (suite: string, minute: number) =>
  aRun({ suite, created_at: at(minute), finished_at: at(minute + 1) });

test('the runs of a suite stand in their order, and the suite that ran last comes first', () => {
  const runs = [ended('web', 1), ended('orders', 2), ended('web', 0), ended('orders', 9)];
  const found = runsBySuite(runs, 40).map(({ suite, runs: of }) => [
    suite,
    ...of.map(({ created_at }) => created_at),
  ]);
  expect(found).toEqual([
    ['orders', at(2), at(9)],
    ['web', at(0), at(1)],
  ]);
});

test('only runs that have ended count, and of those the newest', () => {
  const runs = [aRun({ suite: 'web', created_at: at(5) }), ended('web', 1), ended('web', 2)];
  expect(runsBySuite(runs, 1)).toMatchObject([{ suite: 'web', runs: [{ created_at: at(2) }] }]);
});

test.each([
  [null, ''],
  [0, '0 %'],
  [0.666, '67 %'],
  [0.999, '99 %'],
  [1, '100 %'],
])('a share of %s is shown as "%s"', (share, text) => expect(percent(share)).toBe(text));

test('a run lasts from its start, or from its request if it never started, to its end', () => {
  expect(tookMs(aRun({ finished_at: null }))).toBeNull();
  expect(tookMs({ ...ended('web', 1), started_at: at(1) })).toBe(60_000);
  expect(tookMs({ ...ended('web', 1), started_at: null })).toBe(60_000);
});

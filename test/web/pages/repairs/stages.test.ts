import { expect, test } from 'vitest';
import { redRuns, shownBy, triedNow } from '../../../../web/pages/repairs/stages.ts';
import { aRun } from '../../../activities/checks/a-run.ts';
import { aCandidate } from '../../house/seed-repairs.ts';

const shown = (of: Parameters<typeof shownBy>[0]) =>
  shownBy(of).map((one) =>
    one.state === 'open' ? `open ${one.stages.join(' ')}` : `${one.state} ${one.stage}`,
  );

test('a proved change has passed every stage, and an untried one none', () => {
  const states = shownBy({ verdict: 'proved', seconds: 3 }).map(({ state }) => state);
  expect(states).toEqual(Array.from({ length: 6 }, () => 'passed'));
  expect(shown({ verdict: 'untried', seconds: null })).toEqual([
    'open static refused not_green regression weak not_minimal',
  ]);
});

test('a change that failed has passed what comes before', () => {
  expect(shown({ verdict: 'regression', seconds: 4 })).toEqual([
    'passed static',
    'passed refused',
    'passed not_green',
    'failed regression',
    'open weak not_minimal',
  ]);
});

test('a change that was refused before it was tried has not even been read in a copy', () => {
  expect(shown({ verdict: 'refused', seconds: null })).toEqual([
    'failed refused',
    'open static not_green regression weak not_minimal',
  ]);
  expect(shown({ verdict: 'refused', seconds: 1 })[0]).toBe('passed static');
});

test('the first untried change of the cycle is the one that is being tried', () => {
  const untried = { verdict: 'untried', seconds: null } as const;
  const all = [
    aCandidate({ ...untried, cycle: 1 }),
    aCandidate({ verdict: 'not_green', cycle: 2 }),
    aCandidate({ ...untried, cycle: 2, nth: 2 }),
    aCandidate({ ...untried, cycle: 2, nth: 3 }),
  ];
  expect(triedNow(all, { status: 'trying', cycle: 2 })).toBe(all[2]);
  expect(triedNow(all, { status: 'waiting', cycle: 2 })).toBeUndefined();
});

test('what can be repaired is the newest ended run of a suite, if it is red', () => {
  const ended = { finished_at: '2026-11-21T12:01:00.000Z' };
  const red = { ...ended, counts: { failed: 1, passed: 2 } };
  const runs = [
    aRun({ suite: 'web', counts: { failed: 1 } }),
    aRun({ suite: 'web', ...red }),
    aRun({ suite: 'web', ...red }),
    aRun({ suite: 'orders', ...ended, counts: { passed: 1 } }),
    aRun({ suite: 'orders', ...red }),
    aRun({ suite: 'web', host: 'attic', ...red }),
    aRun({ suite: 'slow', ...ended, counts: { skipped: 1, interrupted: 1 } }),
  ];
  expect(redRuns(runs)).toEqual([runs[1], runs[5]]);
});

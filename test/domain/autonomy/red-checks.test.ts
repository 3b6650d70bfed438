import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../contracts/autonomy.ts';
import { loopDecisionOf } from '../../../domain/autonomy/decide.ts';
import { stayRed, type EndedRun } from '../../../domain/autonomy/red-checks.ts';
import { stepsOf } from '../../../domain/autonomy/steps.ts';
import { iso, minute, noon } from '../samples.ts';
import { calm, fresh } from './samples.ts';

const hour = 60 * minute;
const ran = (run_id: string, ...red: string[]): EndedRun => ({
  run_id,
  suite: 'orders',
  host: 'box',
  red,
});

describe('a suite stays red', () => {
  test.each([
    [
      'after two runs with the same red checks',
      [ran('run-2', 'a', 'b'), ran('run-1', 'b', 'a')],
      2,
    ],
    ['after three', [ran('run-3', 'a'), ran('run-2', 'a'), ran('run-1', 'a')], 3],
    ['but not after one', [ran('run-1', 'a')], null],
    [
      'but not if the newest run is green',
      [ran('run-3'), ran('run-2', 'a'), ran('run-1', 'a')],
      null,
    ],
    ['but not if other checks are red each time', [ran('run-2', 'a'), ran('run-1', 'b')], null],
    [
      'but not if a green run came between',
      [ran('run-3', 'a'), ran('run-2'), ran('run-1', 'a')],
      null,
    ],
    ['but not if nothing was red: what sleeps is not', [ran('run-2'), ran('run-1')], null],
    [
      'but not by the runs of other suites',
      [ran('run-2', 'a'), { ...ran('run-1', 'a'), suite: 'web' }],
      null,
    ],
  ] as const)('%s', (_, runs, count) => {
    const [first] = runs;
    const red = { run_id: first.run_id, suite: 'orders', host: 'box', checks: [...first.red] };
    expect(stayRed(runs)).toEqual(count === null ? [] : [{ ...red, runs: count }]);
  });
});

describe('the loop', () => {
  const red = [{ run_id: 'run-2', suite: 'orders', host: 'box', checks: ['orders/read'], runs: 2 }];
  type Repair = NonNullable<Observation['repairs']>[number];
  const repair = (status: string, ago: number, change: Partial<Repair> = {}): Repair => ({
    repair_id: 'repair-00000001',
    suite: 'orders',
    host: 'box',
    trigger: 'autonomy',
    status,
    created_at: iso(noon - ago),
    ended_at: iso(noon - ago),
    ...change,
  });
  const decide = (...repairs: Repair[]) => loopDecisionOf(calm({ red, repairs }), fresh, noon);
  const waits = (...repairs: Repair[]) => decide(...repairs).alternatives[0]?.not_now ?? null;

  test('begins a repair, which is a step that changes nothing by itself', () => {
    const { choice } = decide();
    expect(choice).toMatchObject({ key: 'checks:box/orders', action: 'repair' });
    expect(choice.because).toBe('orders/read failed in the last 2 runs of orders');
    const context = { observation: calm({ red }), window_id: 'w', hostOf: () => 'box' };
    expect(stepsOf(choice, { ...context, canCheck: () => true })).toEqual([
      {
        type: 'START_REPAIR',
        params: { repair_id: 'repair-00000000', host: 'box', run_id: 'run-2', suite: 'orders' },
      },
    ]);
  });
  test('has one repair at a time on a host, also one that a person began', () => {
    const live = { ended_at: null, suite: 'web', trigger: 'api' } as const;
    expect(waits(repair('trying', minute, live))).toBe('repair-00000001 is under way');
    expect(waits(repair('waiting', minute, live))).toBe('repair-00000001 is under way');
    expect(waits(repair('trying', minute, { ...live, host: 'nas' }))).toBeNull();
  });
  test.each([
    ['no_candidate', 5 * hour, true],
    ['rolled_back', 5 * hour, true],
    ['expired', 5 * hour, true],
    ['no_candidate', 7 * hour, false],
    ['rejected', 7 * hour, true],
    ['cancelled', 23 * hour, true],
    ['rejected', 25 * hour, false],
    ['repaired', minute, false],
  ])('after one that ended %s %d ms ago, it waits: %s', (status, ago, isWaiting) => {
    expect(waits(repair(status, ago)) !== null).toBe(isWaiting);
    // another suite is not held up by it
    expect(waits(repair(status, ago, { suite: 'web' }))).toBeNull();
  });
  test('begins four repairs a day, and people as many as they like', () => {
    const begun = Array.from({ length: 4 }, () => repair('repaired', hour, { suite: 'web' }));
    expect(waits(...begun)).toContain('the daily limit is reached: 4 repairs');
    const byPeople = begun.map((one) => ({ ...one, trigger: 'api' as const }));
    expect(waits(...byPeople)).toBeNull();
  });
  test('sees nothing to repair in observations without checks', () => {
    expect(loopDecisionOf(calm(), fresh, noon).choice.action).toBe('wait');
  });
});

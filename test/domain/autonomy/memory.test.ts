import { describe, expect, test } from 'vitest';
import { candidatesOf, loopDecisionOf } from '../../../domain/autonomy/decide.ts';
import {
  effectOf,
  notNow,
  pauseMs,
  type PastAction,
  type Memory,
} from '../../../domain/autonomy/memory.ts';
import { acted, calm, fresh, part } from './samples.ts';
import { noon } from '../samples.ts';

const minute = 60_000;

describe('an earlier action', () => {
  const seen = calm({ troubled: [part()] });
  const now = noon + 2 * minute;

  test.each<[string, Memory, RegExp]>([
    [
      'waits for confirmation',
      { ...fresh, acted: [acted({ plan_status: 'WAITING', effect: null })] },
      /waits for confirmation/,
    ],
    [
      'is in progress',
      { ...fresh, acted: [acted({ plan_status: 'RUNNING', effect: null })] },
      /in progress/,
    ],
    [
      'has no effect yet',
      { ...fresh, acted: [acted({ effect: null, at: now - 1000 })] },
      /not known yet/,
    ],
    ['did not help', { ...fresh, acted: [acted()] }, /did not help; next attempt after/],
    [
      'was refused by a person',
      { ...fresh, acted: [acted({ effect: 'refused' })] },
      /did not help/,
    ],
    ['reached the hourly limit', { ...fresh, actions_last_hour: 6 }, /6 actions/],
  ])('that %s is not repeated now', (_, memory, why) => {
    const verdict = loopDecisionOf(seen, memory, now);
    expect(verdict.choice.action).toBe('wait');
    expect(verdict.reasons[0]).toMatch(why);
    expect(verdict.alternatives[0]!.not_now).toMatch(why);
  });

  test('that helped may be repeated', () => {
    const memory = { ...fresh, acted: [acted({ effect: 'helped' })] };
    expect(loopDecisionOf(seen, memory, now).choice.action).toBe('repair');
  });

  test('that did not help is repeated after a pause that doubles, up to six hours', () => {
    const vain = (n: number) => pauseMs(Array.from({ length: n }, () => acted()));
    expect([vain(1), vain(2), vain(3)]).toEqual([5 * minute, 10 * minute, 20 * minute]);
    expect(vain(40)).toBe(6 * 60 * minute);
    expect(pauseMs([acted(), acted({ effect: 'helped' }), acted()])).toBe(5 * minute);
    expect(
      notNow(candidatesOf(seen)[0]!, { ...fresh, acted: [acted()] }, noon + 5 * minute),
    ).toBeNull();
  });

  test.each<[string, Partial<PastAction>, boolean, number, string | null]>([
    ['helped if it is no longer observed', {}, false, 0, 'helped'],
    ['did not change what is still there after a while', {}, true, 90_000, 'no_change'],
    [
      'helped if a lane’s plan is done, whatever has arrived in the lane since',
      { key: 'lane:fs_drift' },
      true,
      0,
      'helped',
    ],
    ['is unknown at first', {}, true, 30_000, null],
    ['is unknown while its plan waits', { plan_status: 'WAITING' }, false, 90_000, null],
    ['failed with its plan', { plan_status: 'ERROR' }, false, 0, 'failed'],
    ['failed without a plan', { plan_status: null, plan_id: null }, true, 0, 'failed'],
    ['is refused with its plan', { plan_status: 'REJECTED' }, true, 0, 'refused'],
  ])('%s', (_, change, isThere, after, effect) => {
    const one = acted({ effect: null, effect_at: null, ...change });
    const present = new Set(isThere ? [one.key] : []);
    expect(effectOf(one, present, noon + after)).toBe(effect);
  });
});

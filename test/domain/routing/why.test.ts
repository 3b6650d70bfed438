import { describe, expect, test } from 'vitest';
import { explain } from '../../../domain/routing/explain.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { answers, asleep, decided, minute, now, request, second, target } from './samples.ts';

const weights = weightsOf.CRITICAL; // chooses by mean
const one = target({ id: 'a/one', quality: 0.9 });

describe('the reason of a choice', () => {
  test.each([
    [
      'that is better and dearer',
      { quality: 0.7, price: { in: 0.1, out: 0.1, cached: 0.1 } },
      'a/one: 0.74 vs 0.61 of b/two, better quality (0.90 vs 0.70)',
    ],
    [
      'that is as good and faster',
      { quality: 0.9, first_token_seconds: 6 },
      'a/one: 0.74 vs 0.72 of b/two, faster by 5.5 s',
    ],
    ['that is equal', { quality: 0.9 }, 'a/one: 0.74 vs 0.74 of b/two, equal in every part'],
  ])('%s', (_, change, why) => {
    const two = target({ id: 'b/two', ...change });
    expect(decided({ targets: [one, two], weights }).why).toBe(why);
  });

  test('that is more reliable', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 5, { target: 'b/two', failure: 'failed' });
    const two = target({ id: 'b/two', quality: 0.9 });
    expect(decided({ targets: [one, two], weights, beliefs }).why).toMatch(
      /more reliable \(97\.0 % vs 7\d\.\d %\)$/,
    );
  });

  test('that was named, or is alone', () => {
    const two = target({ id: 'b/two' });
    expect(decided({ targets: [one, two], request: request({ named: 'b/two' }) }).why).toBe(
      'b/two: named by the caller',
    );
    expect(decided({ targets: [one] }).why).toBe('a/one: the only one that can take it');
  });

  test('names what was out: what time brings back first, then what sleeps', () => {
    const targets = [
      one,
      target({ id: 'b/off', enabled: false }),
      target({ id: 'c/off', enabled: false }),
      target({ id: 'local/smol', sleep: asleep() }),
      target({ id: 'd/cools', block: { reason: 'cooling', until_ms: now + 12 * second } }),
    ];
    const { why } = decided({ targets, weights, request: request({ deadline_seconds: 5 }) });
    expect(why).toBe(
      'a/one: the only one that can take it; d/cools was out: cooling for 12 s more; ' +
        'local/smol was out: wake_too_slow, up to 12 s to wake, deadline 5.0 s; b/off was out: disabled; 1 more was out',
    );
  });

  test('without any target says so', () => {
    const { why, none } = decided({ targets: [target({ enabled: false })] });
    expect(why).toBe('no target can take it; shop/model was out: disabled');
    expect(none).toEqual({ act: 'refuse', error: 'no_target', until_ms: null });
  });

  test('of an exploration says what was drawn', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 200, { target: 'a/one', evidence: { feedback: 0.9 } });
    const poor = target({ id: 'b/poor', quality: 0.35 });
    const records = Array.from({ length: 300 }, (_, seed) =>
      decided({ targets: [one, poor], beliefs, seed }),
    );
    const explored = records.find((record) => record.explored)!;
    expect(explored.why).toMatch(
      /^b\/poor: tried to learn more of it, drawn 0\.\d\d \(expected 0\.\d\d vs 0\.\d\d of a\/one\)$/,
    );
  });
});

test('an explanation gives the parts of each target, best first', () => {
  const beliefs = noBeliefs();
  answers(beliefs, 30, { target: 'a/one', evidence: { feedback: 0.9 } });
  const two = target({ id: 'b/two', quality: 0.5, price: { in: 0, out: 0, cached: 0 } });
  const slept = target({ id: 'c/three', block: { reason: 'quota', until_ms: now + minute } });
  const explanation = explain(decided({ targets: [two, one, slept], beliefs, weights }));
  expect(explanation).toMatchObject({ chosen: 'a/one', explored: false, probability: 1 });
  expect(explanation.targets.map(({ id, rank }) => [id, rank])).toEqual([
    ['a/one', 1],
    ['b/two', 2],
  ]);
  const [best, next] = explanation.targets;
  expect(best!.quality).toBeCloseTo(0.9, 1);
  expect(best!.outcomes).toBeGreaterThan(25);
  expect(next).toMatchObject({ cost_usd: 0, outcomes: 0, quality: 0.5 });
  expect(explanation.excluded[0]).toMatchObject({ id: 'c/three', reasons: ['quota'] });
});

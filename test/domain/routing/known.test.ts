import { expect, test } from 'vitest';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learnWake, noWakes } from '../../../domain/routing/learning/wake.ts';
import { knownOf } from '../../../domain/routing/known.ts';
import { answers, now } from './samples.ts';

test('nothing is said of a target that was never used, or never woken', () => {
  expect(knownOf(noBeliefs(), 'shop/model', noWakes)).toEqual({
    outcomes: 0,
    success: null,
    quality: null,
    first_token_seconds: null,
    tokens_per_second: null,
    wake_seconds: null,
  });
});

test('what was seen of a target is given without first guesses: answers, quality, times and wakes', () => {
  const beliefs = noBeliefs();
  answers(beliefs, 30, { evidence: { feedback: 0.5 } });
  answers(beliefs, 10, { failure: 'failed' });
  const wake = learnWake(learnWake(noWakes, 8, now), 10, now);
  const known = knownOf(beliefs, 'shop/model', wake);
  expect(known.quality).toBeLessThanOrEqual(0.5);
  expect(known.success).toBeGreaterThan(0.6);
  expect(known.success).toBeLessThan(0.8);
  expect(known.outcomes).toBeGreaterThan(10);
  expect(known.first_token_seconds).toBeCloseTo(0.5, 3);
  expect(known.tokens_per_second).toBeCloseTo(50, 0);
  expect(known.wake_seconds).toBeGreaterThan(5);
  expect(known.wake_seconds).toBeLessThan(10);
  expect(knownOf(beliefs, 'shop/other', null).success).toBeNull();
});

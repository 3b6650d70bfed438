import { expect, test } from 'vitest';
import { noBeliefs } from '../../../../domain/routing/learning/beliefs.ts';
import { estimateTokens, wasTruncated } from '../../../../domain/routing/learning/tokens.ts';
import { answers, request, target } from '../samples.ts';

const one = target();
const of = (bytes: number) => request({ bytes_in: bytes });

test('a prompt has to fit as if it were JSON, and costs like usual text', () => {
  const { fit, cost } = estimateTokens(noBeliefs(), one, of(10_000));
  expect([fit, cost]).toEqual([4000, 2500]);
});

test('pictures count as the caller says', () => {
  const asked = request({ bytes_in: 0, extra_tokens: 1700 });
  expect(estimateTokens(noBeliefs(), one, asked)).toEqual({ fit: 1700, cost: 1700 });
});

test.each([
  ['dense text', 2],
  ['usual text', 4],
  ['English prose', 5.2],
])('what a target counts of %s corrects later estimates', (_, bytesPerToken) => {
  const beliefs = noBeliefs();
  const reported = Math.round(8000 / bytesPerToken);
  answers(beliefs, 40, { request: of(8000), reported_tokens_in: reported });
  const { fit, cost } = estimateTokens(beliefs, one, of(80_000));
  expect(cost / (10 * reported)).toBeCloseTo(1, 1);
  expect(fit).toBeGreaterThan(10 * reported);
  expect(fit).toBeLessThan(1.4 * 10 * reported);
});

test('a correction is that of its target and type', () => {
  const beliefs = noBeliefs();
  answers(beliefs, 40, { request: of(8000), reported_tokens_in: 4000 });
  const plain = estimateTokens(noBeliefs(), one, of(8000));
  expect(estimateTokens(beliefs, target({ id: 'other/one' }), of(8000))).toEqual(plain);
  expect(estimateTokens(beliefs, one, { ...of(8000), type: 'code' })).toEqual(plain);
});

test.each([
  ['4,096 of 8,000 tokens were read', 40_000, 4096, true],
  ['all were read', 40_000, 8000, false],
  ['a short prompt was counted low', 2000, 100, false],
])('a prompt was truncated: %s', (_, bytes, reported, truncated) => {
  expect(wasTruncated(noBeliefs(), one, of(bytes), reported)).toBe(truncated);
});

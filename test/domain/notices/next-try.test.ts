import { describe, expect, test } from 'vitest';
import { nextStep, outcomeOfAnswer } from '../../../domain/notices/next-try.ts';
import { noon } from '../../domain/samples.ts';

const at = (attempts: number, ageMs = 0, random = 0.5) => ({ attempts, ageMs, now: noon, random });
const failed = (change: object = {}) =>
  ({ ok: false, reason: 'no', final: false, retry_after_ms: null, ...change }) as const;

describe('a try that fails', () => {
  test.each([
    [0, 5],
    [1, 30],
    [2, 120],
    [3, 600],
    [4, 3600],
    [5, 21_600],
  ])('for the time %i is repeated after about %i s', (attempts, seconds) => {
    expect(nextStep(failed(), at(attempts))).toMatchObject({
      step: 'retry',
      at: noon + seconds * 1000,
      counts: true,
    });
    const spread = [0, 1].map((random) => nextStep(failed(), at(attempts, 0, random)));
    expect(spread).toMatchObject([{ at: noon + seconds * 800 }, { at: noon + seconds * 1200 }]);
  });

  test('for the seventh time is the last', () => {
    expect(nextStep(failed(), at(6))).toEqual({ step: 'dead', reason: '7 tries failed: no' });
  });

  test('because the receiver wants to be left alone waits as long as it says, and costs no attempt', () => {
    const put = failed({ retry_after_ms: 90_000 });
    expect(nextStep(put, at(6, 0, 0))).toMatchObject({ at: noon + 90_000, counts: false });
    expect(nextStep(failed({ retry_after_ms: 1e12 }), at(0, 0, 0))).toMatchObject({
      at: noon + 21_600_000,
    });
    expect(nextStep(put, at(0, 86_400_000))).toMatchObject({ step: 'dead' });
  });

  test('for good is not repeated', () => {
    expect(nextStep(failed({ final: true }), at(0))).toEqual({ step: 'dead', reason: 'no' });
  });
});

describe('an answer', () => {
  test.each([
    [204, undefined, '', { ok: true }],
    [302, undefined, '', { final: true }],
    [400, undefined, '', { final: true }],
    [404, undefined, '', { final: true }],
    [408, undefined, '', { final: false, retry_after_ms: null }],
    [425, undefined, '', { final: false }],
    [429, '7', '', { final: false, retry_after_ms: 7000 }],
    [429, '0.5', '', { retry_after_ms: 500 }],
    [429, undefined, '{"retry_after": 1.337}', { retry_after_ms: 1337 }],
    [429, undefined, '{"retry_after": 64000}', { retry_after_ms: 64_000 }],
    [503, new Date(noon + 60_000).toUTCString(), '', { retry_after_ms: 60_000 }],
    [500, 'soon', '', { final: false, retry_after_ms: null }],
  ])('%i with Retry-After %s and the body %s', (status, header, body, outcome) => {
    expect(outcomeOfAnswer(status, header, body, noon)).toMatchObject(outcome);
  });
});

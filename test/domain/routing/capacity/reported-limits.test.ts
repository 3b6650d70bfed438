import { describe, expect, test } from 'vitest';
import {
  believedLimits,
  fitsFrom,
  limitsAfter,
  readLimits,
} from '../../../../domain/routing/capacity/reported-limits.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const second = 1000;
const minute = 60 * second;

describe('the limits that an answer tells', () => {
  test.each<[string, Record<string, string>, object[]]>([
    [
      'OpenAI: durations',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      [
        { of: 'requests', left: 59, until_ms: now + second },
        { of: 'tokens', left: 149_984, until_ms: now + 6 * minute },
      ],
    ],
    [
      'Anthropic: dates, and tokens of input and output apart',
      {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-11-30T12:00:30Z',
        'anthropic-ratelimit-input-tokens-remaining': '2000',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-30T12:00:10Z',
      },
      [
        { of: 'requests', left: 0, until_ms: now + 30 * second },
        { of: 'tokens', left: 2000, until_ms: now + 10 * second },
      ],
    ],
    [
      'seconds',
      { 'ratelimit-remaining': '3', 'ratelimit-reset': '12' },
      [{ of: 'requests', left: 3, until_ms: now + 12 * second }],
    ],
    [
      'an instant in ms',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + minute) },
      [{ of: 'requests', left: 0, until_ms: now + minute }],
    ],
    [
      'an instant in seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) },
      [{ of: 'requests', left: 0, until_ms: now + minute }],
    ],
    ['without a reset', { 'x-ratelimit-remaining-requests': '0' }, []],
    ['nonsense', { 'x-ratelimit-remaining': 'few', 'x-ratelimit-reset': 'soon' }, []],
    ['nothing', { 'content-type': 'text/event-stream' }, []],
  ])('%s', (_, headers, expected) => expect(readLimits(headers, now)).toEqual(expected));

  test('are believed for ten minutes at most', () => {
    const day = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '23h' };
    expect(believedLimits(day, now)[0]!.until_ms).toBe(now + 10 * minute);
  });

  test('say from when on a request fits them', () => {
    const limits = [
      { of: 'requests' as const, left: 1, until_ms: now + minute },
      { of: 'tokens' as const, left: 500, until_ms: now + 2 * minute },
    ];
    expect(fitsFrom(limits, 500)).toBeLessThanOrEqual(now);
    expect(fitsFrom(limits, 501)).toBe(now + 2 * minute);
    // one was sent: no further request is left
    expect(fitsFrom(limitsAfter(limits, { requests: 1, tokens: 100 }), 100)).toBe(now + minute);
  });
});

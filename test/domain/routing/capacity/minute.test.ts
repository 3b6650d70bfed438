import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeFrom, quietMinute, sentIn } from '../../../../domain/routing/capacity/minute.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const second = 1000;

describe('a limit per minute', () => {
  test('of requests is free again when the oldest of them is a minute old', () => {
    let minute = quietMinute;
    for (const at of [0, 10, 20]) minute = sentIn(minute, now + at * second, 1, 0);
    const at = now + 25 * second;
    expect(freeFrom(minute, { rpm: 4 }, 0, at)).toBe(at);
    expect(freeFrom(minute, { rpm: 3 }, 0, at)).toBe(now + 60 * second);
    expect(freeFrom(minute, { rpm: 2 }, 0, at)).toBe(now + 70 * second);
    expect(freeFrom(minute, { rpm: 3 }, 0, now + 61 * second)).toBe(now + 61 * second);
  });

  test('of tokens counts the request itself, and is never free for one that is longer', () => {
    const minute = sentIn(quietMinute, now, 1, 700);
    expect(freeFrom(minute, { tpm: 1000 }, 300, now)).toBe(now);
    expect(freeFrom(minute, { tpm: 1000 }, 301, now)).toBe(now + 60 * second);
    expect(freeFrom(minute, { tpm: 1000 }, 1001, now)).toBeNull();
  });

  test('takes back what was not used, also later', () => {
    const sent = sentIn(quietMinute, now, 1, 700);
    const corrected = sentIn(sentIn(sent, now + 5 * second, 1, 100), now, 0, -600);
    expect(freeFrom(corrected, { tpm: 300 }, 100, now + 5 * second)).toBe(now + 5 * second);
    expect(sentIn(sent, now - 120 * second, 1, 1)).toEqual(sent);
  });

  test('is never passed, whenever requests come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 80 }), (gaps) => {
        let [minute, at] = [quietMinute, now];
        const times: number[] = [];
        for (const gap of gaps) {
          at += gap;
          if (freeFrom(minute, { rpm: 5 }, 0, at) !== at) continue;
          minute = sentIn(minute, at, 1, 0);
          times.push(at);
        }
        for (const time of times)
          expect(
            times.filter((one) => one <= time && one > time - 59_000).length,
          ).toBeLessThanOrEqual(5);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { nextInLine, type Waiting } from '../../../../domain/routing/capacity/line.ts';

const now = 1_000_000;
const one = (owner: string, priority = 1, ago = 0): Waiting => ({
  owner,
  priority,
  since_ms: now - ago,
});
const next = (waiting: Waiting[], turns: [string, number][] = []): number =>
  nextInLine(waiting, new Map(turns), now);

describe('the next in line', () => {
  test('is of the most urgent class, and in it the first that came', () => {
    expect(next([one('ana', 2, 900), one('ben', 1, 100), one('cid', 1, 500)])).toBe(2);
    expect(next([])).toBe(-1);
  });
  test('is of the owner whose turn is longest ago, however many requests another one has', () => {
    const many = Array.from({ length: 50 }, () => one('ana', 1, 900));
    expect(next([...many, one('ben', 1, 10)], [['ana', 7]])).toBe(50);
    expect(
      next(
        [...many, one('ben', 1, 10)],
        [
          ['ana', 7],
          ['ben', 8],
        ],
      ),
    ).toBe(0);
  });
  test('is one of a less urgent class once that waited long enough', () => {
    const urgent = one('ana', 1, 0);
    expect(next([urgent, one('ben', 4, 44_000)])).toBe(0);
    expect(next([urgent, one('ben', 4, 60_000)])).toBe(1);
  });
});

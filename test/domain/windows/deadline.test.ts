import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampDeadline } from '../../../domain/windows/deadline.ts';

test.each([
  ['that max_ttl allows is kept', 1500, { at: 1500, clamped: false, latest: 2000 }],
  ['at the very end of max_ttl is kept', 2000, { at: 2000, clamped: false, latest: 2000 }],
  [
    'past max_ttl is clamped, and marked as clamped',
    2001,
    { at: 2000, clamped: true, latest: 2000 },
  ],
])('a deadline %s', (_, wanted, expected) => {
  expect(clampDeadline(wanted, 1000, 1000)).toEqual(expected);
});

test('no number of extensions exceeds max_ttl', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.array(fc.nat()), (openedAt, maxTtl, steps) => {
      let at = openedAt;
      for (const step of steps) at = clampDeadline(at + step, openedAt, maxTtl).at;
      expect(at).toBeLessThanOrEqual(openedAt + maxTtl);
    }),
  );
});

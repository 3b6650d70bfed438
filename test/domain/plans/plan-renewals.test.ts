import { expect, test } from 'vitest';
import { mayRenew, renewalLimits } from '../../../domain/plans/plan-renewals.ts';

const { perMinute, inAll } = renewalLimits;
const now = 1_800_000_000_000;
const expiresAt = now + 300_000;
const times = (count: number, from: number, stepMs: number): number[] =>
  Array.from({ length: count }, (_, n) => from + n * stepMs);

test('a plan issues tokens up to its rate, and the next one a minute after the first of them', () => {
  expect(mayRenew([], now, expiresAt)).toEqual({ allow: true });
  expect(mayRenew(times(perMinute - 1, now - 1000, 10), now, expiresAt).allow).toBe(true);
  const full = times(perMinute, now - 20_000, 100);
  expect(mayRenew(full, now, expiresAt)).toMatchObject({ allow: false, retry_after_seconds: 40 });
  expect(mayRenew(full, now + 40_000, expiresAt)).toEqual({ allow: true });
});

test('a plan that has issued all its tokens issues no more, however long ago that was', () => {
  const all = times(inAll, now - 86_400_000, 1000);
  const refused = mayRenew(all, now, expiresAt);
  expect(refused).toMatchObject({ allow: false, retry_after_seconds: 300 });
  expect(mayRenew(all, expiresAt + 5000, expiresAt)).toMatchObject({ retry_after_seconds: 1 });
});

import { expect, test } from 'vitest';
import { parseDuration, showDuration } from '../../cli/duration.ts';
import { showDeadline } from '../../cli/time.ts';

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h30m', 5_400],
  ['2d', 172_800],
  ['1d1h1m1s', 90_061],
])('%s is a duration', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

test.each(['', '10', 'm', '0s', '-5m', '1.5h', '10 m', '10M', '30m1h', '5m5m', 'soon', '9999999s'])(
  '“%s” is not a duration',
  (text) => expect(parseDuration(text)).toBeNull(),
);

test.each([
  [0, '0s'],
  [59.4, '59s'],
  [600, '10m'],
  [5_400, '1h 30m'],
  [90_061, '1d 1h'],
  [-3, '0s'],
])('%d seconds are shown as %s', (seconds, text) => expect(showDuration(seconds)).toBe(text));

test('a deadline is shown as its time with the time left or since', () => {
  const now = new Date(2026, 10, 21, 12, 0, 0).getTime();
  expect(showDeadline(new Date(now + 599_000).toISOString(), now)).toBe('12:09:59 (in 9m 59s)');
  expect(showDeadline(new Date(now - 2_000).toISOString(), now)).toBe('11:59:58 (2s ago)');
  expect(showDeadline(new Date(now + 86_400_000).toISOString(), now)).toBe(
    '2026-11-22 12:00:00 (in 1d)',
  );
  expect(showDeadline(null, now)).toBe('on hold, no deadline');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goDuration, parseGoDuration } from '../../../domain/wake/go-duration.ts';

test.each<[string, number | null]>([
  ['0', 0],
  ['+0', 0],
  ['5m0s', 300_000],
  ['1h2m3.5s', 3_723_500],
  ['100ms', 100],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['5.s', 5000],
  ['-1.5h', -5_400_000],
  ['1µs', 0.001],
  ['1μs', 0.001],
  ['3us', 0.003],
  ['7ns', 0.000007],
  ['3000000h', null], // more than Go's 64 bits of nanoseconds
  ['', null],
  ['5', null],
  ['5d', null],
  ['.s', null],
  ['1m 2s', null],
  ['-', null],
  ['0s', 0],
  ['1e3s', null],
  ['１s', null],
])('"%s" is %s ms', (text, ms) => {
  const parsed = parseGoDuration(text);
  if (ms === null) expect(parsed).toBeNull();
  else expect(parsed).toBeCloseTo(ms, 9);
});

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

test('whatever units a duration is written in, its parts are added', () => {
  const part = fc.tuple(fc.nat(1000), fc.nat(999), fc.constantFrom(...units));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.boolean(), (parts, minus) => {
      const text = parts.map(([whole, rest, [unit]]) => `${whole}.${rest}${unit}`).join('');
      const sum = parts.reduce(
        (ms, [whole, rest, [, of]]) => ms + Number(`${whole}.${rest}`) * of,
        0,
      );
      expect(parseGoDuration((minus ? '-' : '') + text)).toBeCloseTo(minus ? -sum : sum, 3);
    }),
  );
});

test('what Go prints is read as what it was', () => {
  fc.assert(
    fc.property(fc.nat(10 * 86_400_000), (ms) => {
      expect(parseGoDuration(goDuration(ms))).toBeCloseTo(ms, 6);
    }),
  );
  expect([0, 250, 1500, 60_000, 90_000, 3_600_000].map(goDuration)).toEqual([
    '0s',
    '250ms',
    '1.5s',
    '1m0s',
    '1m30s',
    '1h0m0s',
  ]);
});

test('no text makes it throw, and a number is all that it returns', () => {
  const chars = fc.constantFrom(...Array.from('0123456789.-+hmsuµn '));
  fc.assert(
    fc.property(fc.string({ unit: chars, maxLength: 30 }), (text) => {
      const ms = parseGoDuration(text);
      expect(ms === null || Number.isFinite(ms)).toBe(true);
    }),
  );
});

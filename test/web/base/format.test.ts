import { describe, expect, test } from 'vitest';
import { clockTime, shortId, shortTime } from '../../../web/base/format.ts';
import { bytes } from '../../../web/base/quantities.ts';
import { coarse, countdown, duration } from '../../../web/base/durations.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe('time left', () => {
  test.each([
    [12 * minute + 31 * second, '12:31'],
    [5 * second, '0:05'],
    [1, '0:01'],
    [0, '0:00'],
    [-5 * second, '0:00'],
    [59 * minute + 59_500, '1 h 00'],
    [2 * hour + 5 * minute, '2 h 05'],
    [75 * hour, '3 d 3 h'],
  ])('%d ms is %s', (ms, text) => expect(countdown(ms)).toBe(text));
});

describe('a measured duration', () => {
  test.each([
    [40, '0.04 s'],
    [4200, '4.2 s'],
    [4000, '4 s'],
    [12_400, '12 s'],
    [2 * minute + 5 * second, '2 min 05 s'],
    [10 * minute, '10 min'],
    [3 * hour + 20 * minute, '3 h 20 min'],
    [96 * hour, '4 d'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

test.each([
  [12_900, '12 s'],
  [3 * minute, '3 min'],
  [30 * hour, '30 h'],
  [5 * 24 * hour, '5 d'],
])('%d ms ago is %s', (ms, text) => expect(coarse(ms)).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_200_000_000, '1.2 GB'],
  [340_000_000, '340 MB'],
  [12_000, '12 kB'],
])('%d bytes are %s', (size, text) => expect(bytes(size)).toBe(text));

describe('a clock time', () => {
  const at = Date.parse('2026-11-29T17:14:09.000Z');
  test('has its seconds', () => expect(clockTime(at, 'utc')).toBe('17:14:09'));
  test('of another day has its date, in the language of the page', () => {
    expect(shortTime(at, at + hour, 'utc', 'en')).toBe('17:14:09');
    expect(shortTime(at, at + 24 * hour, 'utc', 'en')).toBe('Nov 29, 17:14');
    expect(shortTime(at, at + 24 * hour, 'utc', 'es')).toBe('29 nov, 17:14');
  });
});

test('an id loses its middle, and a short one nothing', () => {
  expect(shortId('window-843a97c0ffee1234')).toBe('window-843a…1234');
  expect(shortId('window-843a97')).toBe('window-843a97');
  expect(shortId('9c1f00000000e24b')).toBe('9c1f…e24b');
});

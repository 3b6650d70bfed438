import { expect, test } from 'vitest';
import { parseBytes, parseDuration } from '../../../domain/services/compose-units.ts';

test.each([
  ['0s', 0],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1m30s', 90_000],
  ['1.5s', 1500],
  ['500ms', 500],
  ['1h0m0s', 3_600_000],
  ['500us', 0.5],
  ['500µs', 0.5],
])('the duration %s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '90', '-1s', '1 m', '1d', 's', '1.s', '1s ', 'P1D', '１s', '1e3s'])(
  '"%s" is not a duration',
  (text) => expect(parseDuration(text)).toBeNull(),
);

test.each([
  ['0', 0],
  ['1048576', 1_048_576],
  ['1b', 1],
  ['64k', 65_536],
  ['64kb', 65_536],
  ['512m', 536_870_912],
  ['512M', 536_870_912],
  ['2gb', 2_147_483_648],
  ['1.5g', 1_610_612_736],
  ['0.1k', 102],
])('the size %s is %d bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each(['', 'm', '-1m', '1t', '1 g', '1gib', '0x10', '1e9', 'NaN'])(
  '"%s" is not a size',
  (text) => expect(parseBytes(text)).toBeNull(),
);

import { expect, test } from 'vitest';
import { isInside } from '../../../platform/files/is-inside.ts';

test.each([
  ['/home', true],
  ['/home/x', true],
  ['/home/..x/y', true],
  ['/home/...', true],
  ['/home/x/../..', false],
  ['/homes', false],
  ['/', false],
])('whether %s is in /home: %s', (path, expected) =>
  expect(isInside('/home', path)).toBe(expected),
);

import { expect, test } from 'vitest';
import { isLive, newestDeadline, nextExpiry } from '../../../domain/windows/lease.ts';

const until = (...deadlines: (number | null)[]) => deadlines.map((deadline) => ({ deadline }));

test.each<[string, number | null, boolean]>([
  ['is live before its deadline', 101, true],
  ['is not live at its deadline', 100, false],
  ['is not live after its deadline', 99, false],
  ['on hold is always live', null, true],
])('a lease %s', (_, deadline, live) => expect(isLive({ deadline }, 100)).toBe(live));

test.each<[string, (number | null)[], number | null]>([
  ['the deadline of its only lease', [7], 7],
  ['the latest of its deadlines', [7, 9, 8], 9],
  ['no time while one of its leases is on hold', [7, null, 8], null],
])('a service may stop at %s', (_, deadlines, expected) => {
  expect(newestDeadline(until(...deadlines))).toBe(expected);
});

test.each<[string, (number | null)[], number | null]>([
  ['the earliest future deadline', [300, 200, 50], 200],
  ['not a deadline that is now', [100, 101], 101],
  ['null when all are past', [50, 99], null],
  ['null on hold', [null], null],
  ['null without leases', [], null],
])('the next expiry is %s', (_, deadlines, expected) => {
  expect(nextExpiry(until(...deadlines), 100)).toBe(expected);
});

import { expect, test } from 'vitest';
import { isLive, newestDeadline, nextExpiry } from '../../../domain/windows/lease.ts';

const until = (...deadlines: (number | null)[]) => deadlines.map((deadline) => ({ deadline }));

test.each<[string, number | null, boolean]>([
  ['lives before its deadline', 101, true],
  ['is none at its deadline', 100, false],
  ['is none after its deadline', 99, false],
  ['on hold lives for ever', null, true],
])('a lease %s', (_, deadline, live) => expect(isLive({ deadline }, 100)).toBe(live));

test.each<[string, (number | null)[], number | null]>([
  ['the deadline of its one lease', [7], 7],
  ['the latest of its deadlines', [7, 9, 8], 9],
  ['none while one of its leases is on hold', [7, null, 8], null],
])('a service may go down at %s', (_, deadlines, expected) => {
  expect(newestDeadline(until(...deadlines))).toBe(expected);
});

test.each<[string, (number | null)[], number | null]>([
  ['the earliest deadline that is ahead', [300, 200, 50], 200],
  ['not one that is now', [100, 101], 101],
  ['nothing when all are past', [50, 99], null],
  ['nothing on hold', [null], null],
  ['nothing without leases', [], null],
])('the next expiry is %s', (_, deadlines, expected) => {
  expect(nextExpiry(until(...deadlines), 100)).toBe(expected);
});

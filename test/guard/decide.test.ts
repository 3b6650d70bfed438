import { expect, test } from 'vitest';
import {
  decide,
  mayForget,
  quietMs,
  needsEngine,
  type Clock,
  type KnownLease,
  type Lease,
} from '../../guard/decide.ts';

const lease = (change: Partial<Lease> = {}): Lease => ({
  version: 1,
  project: 'shop',
  service: 'web',
  deadline_ms: 100_000,
  max_ttl_ms: 50_000,
  written_ms: 0,
  ...change,
});
const at = (wall_ms: number, steady_ms = wall_ms): Clock => ({ wall_ms, steady_ms });
const known = (change: Partial<KnownLease> = {}): KnownLease => ({
  project: 'shop',
  service: 'web',
  stamp: '1',
  present: true,
  readable: true,
  lease: lease(),
  max_ttl_ms: 50_000,
  seen: at(0),
  ...change,
});
const unreadable = (change: Partial<KnownLease> = {}): KnownLease =>
  known({ readable: false, lease: null, ...change });
const grace = 750;

test.each([
  ['before its deadline', known(), at(99_000), { end: false, because: 'not due' }],
  ['within the grace', known(), at(100_750), { end: false, because: 'not due' }],
  ['past deadline and grace', known(), at(100_751), { end: true, deadline_ms: 100_000 }],
  [
    'while the folder cannot be read',
    known({ present: false }),
    at(100_751),
    { end: true, deadline_ms: 100_000 },
  ],
  [
    'after the clock was set back',
    known(),
    at(10_000, 100_751),
    { end: true, deadline_ms: 100_000 },
  ],
  ['after the machine slept', known(), at(100_751, 5_000), { end: true, deadline_ms: 100_000 }],
  [
    'on hold',
    known({ lease: lease({ deadline_ms: null }) }),
    at(9e12),
    { end: false, because: 'hold' },
  ],
  [
    'while the worker stops it',
    known({ lease: lease({ stopping_until_ms: 110_000 }) }),
    at(105_000),
    { end: false, because: 'not due' },
  ],
  [
    'when the worker did not finish stopping it',
    known({ lease: lease({ stopping_until_ms: 110_000 }) }),
    at(110_751),
    { end: true, deadline_ms: 110_000 },
  ],
] as const)('the decision on a service %s follows its lease', (_, what, now, expected) => {
  expect(decide(what, now, grace)).toEqual(expected);
});

test.each([
  ['its start is unknown', unreadable(), at(9e9), null, { end: false, because: 'start unknown' }],
  ['it has run for less', unreadable(), at(60_000), 20_000, { end: false, because: 'not due' }],
  ['it has run for longer', unreadable(), at(70_751), 20_000, { end: true, deadline_ms: 70_000 }],
  [
    'its last valid lease allowed more',
    unreadable({ lease: lease() }),
    at(70_751),
    20_000,
    { end: false, because: 'not due' },
  ],
  [
    'its last valid lease was a hold',
    unreadable({ lease: lease({ deadline_ms: null }) }),
    at(9e9),
    20_000,
    { end: false, because: 'hold' },
  ],
] as const)(
  'a service with an invalid lease may run for max_ttl from its start: %s',
  (_, what, now, started, expected) => {
    expect(decide(what, now, grace, started)).toEqual(expected);
  },
);

test('a clock that was wrong for a while does not end leases that are written after its correction', () => {
  const later = known({ seen: at(1_000, 500_000) });
  expect(decide(later, at(2_000, 501_000), grace).end).toBe(false);
});

test('the Engine is asked only when a lease is due or invalid', () => {
  expect(needsEngine(known(), at(99_000), grace)).toBe(false);
  expect(needsEngine(known(), at(101_000), grace)).toBe(true);
  expect(needsEngine(unreadable(), at(0), grace)).toBe(true);
  expect(needsEngine(known({ lease: lease({ deadline_ms: null }) }), at(9e9), grace)).toBe(false);
});

test('a lease may be removed after the guard ended its service, or long after its deadline', () => {
  expect(mayForget(known(), at(101_000), true)).toBe(true);
  expect(mayForget(known(), at(101_000), false)).toBe(false);
  expect(mayForget(known(), at(161_000), false)).toBe(true);
  expect(mayForget(known({ lease: lease({ deadline_ms: null }) }), at(9e9), true)).toBe(false);
  expect(mayForget(unreadable(), at(49_000), false)).toBe(false);
  expect(mayForget(unreadable(), at(51_000), false)).toBe(true);
});

test('the pause between two rounds ends when the next lease becomes due', () => {
  expect(quietMs([known()], at(100_600), grace, 500)).toBe(151);
  expect(quietMs([known()], at(10_000), grace, 500)).toBe(500);
  expect(quietMs([known(), unreadable()], at(200_000), grace, 500)).toBe(500);
});

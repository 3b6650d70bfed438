import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  admit,
  needOf,
  type Admission,
  type Budget,
  type Need,
} from '../../../domain/windows/admission.ts';
import { aService } from '../samples.ts';

const mib = 1024 ** 2;
const needs = (sizes: Record<string, number>, cpus = 0): Map<string, Need> =>
  new Map(Object.entries(sizes).map(([name, size]) => [name, { memory_bytes: size * mib, cpus }]));
const budget = (memoryMib: number | null, cpus: number | null = null): Budget => ({
  memory_bytes: memoryMib === null ? null : memoryMib * mib,
  cpus,
});
const none = needs({});

test.each<[string, Map<string, Need>, Map<string, Need>, Budget, number, Admission]>([
  ['is admitted without a limit', needs({ a: 9000 }), none, budget(null), 0, { admit: true }],
  [
    'is admitted if it fits exactly',
    needs({ a: 60 }),
    needs({ b: 40 }),
    budget(100),
    0,
    { admit: true },
  ],
  [
    'is not admitted if one byte is missing',
    new Map([['a', { memory_bytes: 60 * mib + 1, cpus: 0 }]]),
    needs({ b: 40 }),
    budget(100),
    0,
    { admit: false, because: '61 MiB of memory needed, 60 MiB of 100 MiB free' },
  ],
  [
    'is not admitted if CPUs are missing',
    needs({ a: 1 }, 2),
    needs({ b: 1 }, 1.5),
    budget(null, 3),
    0,
    { admit: false, because: '2 CPUs needed, 1.5 of 3 free' },
  ],
  [
    'adds fractions of CPUs exactly',
    needs({ a: 1 }, 0.2),
    needs({ b: 1 }, 0.1),
    budget(null, 0.3),
    0,
    { admit: true },
  ],
  [
    'sees nothing free if more is leased than the limit',
    needs({ a: 1 }),
    needs({ b: 200 }),
    budget(100),
    0,
    { admit: false, because: '1 MiB of memory needed, 0 MiB of 100 MiB free' },
  ],
  [
    'counts shared services once',
    needs({ a: 60, b: 40 }),
    needs({ b: 40 }),
    budget(100),
    0,
    { admit: true },
  ],
  [
    'whose services already run needs no room, even on a full host',
    needs({ b: 1 }),
    needs({ b: 200 }),
    budget(100),
    3,
    { admit: true },
  ],
  [
    'does not overtake waiting windows',
    needs({ a: 1 }),
    none,
    budget(100),
    2,
    { admit: false, because: '2 other windows already wait for room' },
  ],
  ['with no services needs no room', none, needs({ b: 200 }), budget(100), 1, { admit: true }],
])('a window %s', (_, wanted, running, within, ahead, expected) => {
  expect(admit(wanted, running, within, ahead)).toEqual(expected);
});

test.each([
  ['its limit', aService('a', { memory_bytes: 5, cpus: 2 }), 9, { memory_bytes: 5, cpus: 2 }],
  [
    'its limit for each of its containers',
    aService('a', { memory_bytes: 5, cpus: 2, replicas: 3 }),
    9,
    { memory_bytes: 15, cpus: 6 },
  ],
  ['its last measured use, without a limit', aService('a'), 9, { memory_bytes: 9, cpus: 0 }],
  ['nothing if neither is known', aService('a'), null, { memory_bytes: 0, cpus: 0 }],
])('a service needs %s', (_, service, measured, expected) => {
  expect(needOf(service, measured)).toEqual(expected);
});

test('admitted windows never exceed the budget', () => {
  const sizes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 100 }));
  fc.assert(
    fc.property(sizes, sizes, fc.nat({ max: 250 }), (wanted, running, limit) => {
      const decision = admit(needs(wanted), needs(running), budget(limit), 0);
      const added = Object.keys(wanted).filter((name) => !(name in running));
      const total = Object.values({ ...wanted, ...running }).reduce((sum, size) => sum + size, 0);
      expect(decision.admit).toBe(added.length === 0 || total <= limit);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  sharesBetween,
  type Counters,
  type Shares,
} from '../../../../domain/checks/load/shares.ts';
import { defaultBounds, nextPace } from '../../../../domain/checks/load/throttle.ts';
import {
  firstPace,
  hasToStop,
  isHostPressed,
  slowest,
  type Pace,
} from '../../../../domain/checks/load/pace.ts';
import { seeded, simulate, type SimulatedLoad } from './simulated-host.ts';

const gigabyte = 1024 ** 3;

/** 1,500 requests of 20 ms on two cores, which have to end within two minutes. */
const many = { requests: 1500, withinS: 120, costS: 0.02, cores: 2 };
const seeds = [1, 2, 3, 4, 5];
const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const runs = (change: Pick<SimulatedLoad, 'others'> & Partial<SimulatedLoad>) =>
  seeds.map((seed) => simulate({ ...many, random: seeded(seed), ...change }));

describe('a load of 30 CPU seconds, with three quarters of two cores for everything', () => {
  // the best that the bound allows, what it may take, and how many looks may be 5 points over the bound
  test.each<[string, (at: number) => number, number, number, number]>([
    ['on an idle host', () => 0.05, 21.4, 24.7, 0.24],
    ['on a host that is half busy', () => 0.5, 60, 68.2, 0.08],
    [
      'beside bursts of five seconds',
      (at) => (Math.floor(at / 5) % 2 === 0 ? 0.05 : 0.6),
      30,
      47.2,
      0.1,
    ],
  ])('%s', (_, others, best, longest, over) => {
    const ends = runs({ others });
    expect(ends.every(({ done }) => done === many.requests)).toBe(true);
    expect(mean(ends.map(({ seconds }) => seconds))).toBeLessThanOrEqual(longest);
    expect(mean(ends.map(({ seconds }) => seconds))).toBeLessThanOrEqual(best * 1.35);
    expect(mean(ends.map((end) => end.over))).toBeLessThanOrEqual(over);
    expect(ends.some(({ isPressed }) => isPressed)).toBe(false);
  });

  test.each([1, 4])('ends in its time on a host that is saturated by %d, and says so', (queue) => {
    for (const end of runs({ others: () => queue })) {
      expect(end.done).toBe(many.requests);
      expect(end.seconds).toBeLessThanOrEqual(120.5);
      expect(end.isPressed).toBe(true);
    }
  });
});

test('after everything else takes more, the bound holds again within 1.5 s', () => {
  const property = fc.property(
    fc.double({ min: 0, max: 0.3, noNaN: true }),
    fc.double({ min: 0, max: 0.6, noNaN: true }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 1e6 }),
    (before, after, cores, seed) => {
      const stepAt = 6;
      const load = {
        requests: 100_000,
        withinS: 1e6,
        costS: 0.02,
        cores,
        others: (at: number) => (at < stepAt ? before : Math.max(before, after)),
        random: seeded(seed),
      };
      const end = simulate({ ...load, forS: 12 });
      const later = end.looks.filter(({ at }) => at > stepAt + 1.5);
      expect(mean(later.map(({ cpu }) => cpu))).toBeLessThanOrEqual(defaultBounds.cpu + 0.05);
    },
  );
  fc.assert(property, { numRuns: 40, seed: 15 });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const someShares: fc.Arbitrary<Shares> = fc.record({
  dt_s: fc.double({ min: 0.001, max: 60, noNaN: true }),
  cores: fc.integer({ min: 1, max: 128 }),
  cpu: share,
  own: fc.option(share),
  cpu_stalled: fc.option(share),
  memory_stalled: fc.option(share),
  memory_available: fc.integer({ min: 0, max: 16 * gigabyte }),
  memory_total: fc.constant(16 * gigabyte),
  done: fc.integer({ min: 0, max: 1000 }),
});
const someLeft = fc.record({
  requests: fc.integer({ min: 0, max: 100_000 }),
  seconds: fc.double({ min: 0, max: 600, noNaN: true }),
});
const someLatencies = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { maxLength: 50 });

test('whatever is seen, the pace is a number, never negative, and fast enough to end in time', () => {
  const look = fc.tuple(fc.option(someShares), someLatencies, someLeft);
  const property = fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
    let pace: Pace = firstPace({ requests: 500, seconds: 60 });
    for (const [shares, latencies, left] of looks) {
      pace = nextPace(pace, shares, latencies, left, defaultBounds);
      const floor = left.requests / Math.max(0.25, left.seconds);
      for (const field of ['rate', 'concurrency', 'others', 'p95', 'throttled_s'] as const) {
        expect(pace[field], field).toBeGreaterThanOrEqual(0);
      }
      expect(pace.rate).toBeLessThanOrEqual(Math.max(10_000, floor));
      expect(pace.concurrency).toBeLessThanOrEqual(64);
      if (pace.short_s === 0) expect(pace.rate).toBeGreaterThanOrEqual(floor);
      else expect(pace.rate).toBe(0);
    }
  });
  fc.assert(property, { numRuns: 300, seed: 15 });
});

const counters = (change: Partial<Counters> = {}): Counters => ({
  at_ms: 1000,
  total_ms: 10_000,
  busy_ms: 4000,
  cores: 2,
  own_ms: 500,
  cpu_stall_us: 10_000,
  memory_stall_us: 0,
  memory_available: 8 * gigabyte,
  memory_total: 16 * gigabyte,
  done: 10,
  ...change,
});
const later = (change: Partial<Counters> = {}): Counters =>
  counters({ at_ms: 1250, total_ms: 10_500, busy_ms: 4250, own_ms: 600, done: 15, ...change });

describe('what happened between two looks', () => {
  test('is shares of all cores and of the time', () => {
    expect(sharesBetween(counters(), later({ cpu_stall_us: 60_000 }))).toMatchObject({
      dt_s: 0.25,
      cpu: 0.5,
      own: 0.2,
      cpu_stalled: 0.2,
      memory_stalled: 0,
      done: 5,
    });
  });
  test.each<[string, Partial<Counters>]>([
    ['no time has passed', { at_ms: 1000 }],
    ['the kernel counted nothing', { total_ms: 10_000, busy_ms: 4000 }],
    ['a counter of the host went back', { busy_ms: 3999 }],
    ['fewer requests have ended than before', { done: 9 }],
  ])('is not known if %s', (_, change) =>
    expect(sharesBetween(counters(), later(change))).toBeNull(),
  );
  test.each<[string, Partial<Counters>, Partial<Shares>]>([
    ['a container ended, and its CPU time with it', { own_ms: 100 }, { own: null }],
    ['there is no PSI', { cpu_stall_us: null }, { cpu_stalled: null }],
    ['PSI began again', { cpu_stall_us: 5 }, { cpu_stalled: null }],
    ['there is one core', { cores: 1, total_ms: 10_250, busy_ms: 4200 }, { cores: 1, cpu: 0.8 }],
    ['ticks are coarser than the look', { own_ms: 2000 }, { own: 0.5 }],
  ])('is known in part if %s', (_, change, expected) =>
    expect(sharesBetween(counters(), later(change))).toMatchObject(expected),
  );
});

describe('memory', () => {
  const left = { requests: 1000, seconds: 60 };
  const calm = sharesBetween(counters(), later())!;
  const look = (pace: Pace, change: Partial<Shares>): Pace =>
    nextPace(pace, { ...calm, ...change }, [], left, defaultBounds);

  test.each<[string, Partial<Shares>]>([
    ['less than a tenth is available', { memory_available: 1.5 * gigabyte }],
    [
      'a small host has less than 512 MB',
      { memory_available: 400 * 1024 ** 2, memory_total: gigabyte },
    ],
    ['processes wait for it', { memory_stalled: 0.11 }],
  ])('stops the load for now if %s', (_, change) =>
    expect(look(firstPace(left), change)).toMatchObject({ rate: 0, concurrency: 0 }),
  );
  test('has to get 5 points better before the load goes on', () => {
    const short = look(firstPace(left), { memory_available: 1.5 * gigabyte });
    expect(look(short, { memory_available: 2 * gigabyte }).rate).toBe(0);
    expect(look(short, { memory_available: 2.5 * gigabyte }).rate).toBeGreaterThan(0);
  });
  test('that stays short for 30 s ends the load', () => {
    let pace = firstPace(left);
    for (let n = 0; n < 121; n += 1) {
      expect(hasToStop(pace)).toBe(false);
      pace = look(pace, { memory_available: 0 });
    }
    expect({ stop: hasToStop(pace), pressed: isHostPressed(pace) }).toEqual({
      stop: true,
      pressed: true,
    });
  });
  test('that is plenty leaves a load unthrottled and unpressed', () =>
    expect(isHostPressed(look(slowest, {}))).toBe(false));
});

test('a bound of 100 % holds nothing back, however busy the host is', () => {
  const left = { requests: 100, seconds: 60 };
  const busy = { ...sharesBetween(counters(), later())!, cpu: 1, own: 0.1 };
  const pace = nextPace(firstPace(left), busy, [], left, { cpu: 1, memory: 0.9 });
  expect({ pressed: pace.pressed, throttled: pace.throttled_s }).toEqual({
    pressed: 0,
    throttled: 0,
  });
});

test('a host without room stays so for the verdict, however long the last answers take', () => {
  const full = { ...sharesBetween(counters(), later())!, cpu: 1, own: 0.1 };
  let pace = firstPace({ requests: 20, seconds: 2 });
  for (const requests of [15, 10, 5, 0, 0, 0])
    pace = nextPace(pace, full, [], { requests, seconds: 1 }, { cpu: 0.5, memory: 0.9 });
  expect(isHostPressed(pace)).toBe(true);
});

test('a target whose answers take four times as long gets fewer requests', () => {
  const left = { requests: 100, seconds: 600 };
  const calm = sharesBetween(counters(), later())!;
  const fast = nextPace(firstPace(left), calm, Array<number>(20).fill(10), left, defaultBounds);
  const slow = nextPace(fast, calm, Array<number>(10).fill(100), left, defaultBounds);
  const same = nextPace(fast, calm, Array<number>(10).fill(10), left, defaultBounds);
  expect(slow.rate).toBeCloseTo(same.rate * 0.75);
});

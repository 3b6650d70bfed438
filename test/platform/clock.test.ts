import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClock } from '../../platform/clock.ts';

/** A clock over a wall clock and a monotonic clock that the test sets. */
function clockAt(start: { floor?: number; wall: number }) {
  const time = { wall: start.wall, tick: 500 };
  const clock = createClock(
    start.floor ?? 0,
    () => time.wall,
    () => time.tick,
  );
  return { time, clock };
}

test('the clock follows the wall clock', () => {
  const { time, clock } = clockAt({ wall: 1000 });
  expect(clock()).toBe(1000);
  Object.assign(time, { wall: 1250, tick: 750 });
  expect(clock()).toBe(1250);
});

test('the clock continues at its own pace when the wall clock is set back an hour', () => {
  const { time, clock } = clockAt({ wall: 10_000_000 });
  clock();
  Object.assign(time, { wall: 10_000_000 - 3_600_000, tick: 1500 });
  expect(clock()).toBe(10_001_000);
  time.tick = 2500;
  expect(clock()).toBe(10_002_000);
});

test('the clock follows at once when the wall clock is set forward', () => {
  const { time, clock } = clockAt({ wall: 1000 });
  time.wall = 99_000;
  expect(clock()).toBe(99_000);
});

test('the clock follows again when a wall clock that was set back is corrected', () => {
  const { time, clock } = clockAt({ wall: 5000 });
  Object.assign(time, { wall: 1000, tick: 600 });
  expect(clock()).toBe(5100);
  Object.assign(time, { wall: 6000, tick: 700 });
  expect(clock()).toBe(6000);
});

test('a new process starts no earlier than the newest recorded instant', () => {
  const { time, clock } = clockAt({ floor: 8000, wall: 1000 });
  expect(clock()).toBe(8000);
  time.tick += 20;
  expect(clock()).toBe(8020);
});

test('the clock never goes back, and never runs slower than time itself, whatever the wall does', () => {
  const step = fc.record({ tick: fc.nat({ max: 10_000 }), wall: fc.integer({ min: 0, max: 1e6 }) });
  fc.assert(
    fc.property(fc.nat({ max: 1e6 }), fc.array(step, { minLength: 1 }), (floor, steps) => {
      const { time, clock } = clockAt({ floor, wall: 500_000 });
      let before = clock();
      expect(before).toBeGreaterThanOrEqual(floor);
      for (const { tick, wall } of steps) {
        time.tick += tick;
        time.wall = wall;
        const now = clock();
        expect(now).toBeGreaterThanOrEqual(before + tick);
        before = now;
      }
    }),
  );
});

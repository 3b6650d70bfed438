import { describe, expect, test } from 'vitest';
import { barsOf } from '../../../web/pages/windows/day-bars.tsx';
import { histogram } from '../../../web/pages/windows/overruns.tsx';
import { outlineOf, reservedSteps } from '../../../web/pages/windows/reserved.ts';
import { anOpenWindow, iso, minute, noon } from '../../domain/samples.ts';

const lasting = (from: number, to: number, members: string[]) =>
  anOpenWindow({
    members,
    services: members,
    opened_at: iso(noon + from * minute),
    closed_at: iso(noon + to * minute),
    state: 'closed',
  });

describe('the windows of a day', () => {
  test('are those that lasted into it, oldest first; one without an end lasts until now', () => {
    const hold = anOpenWindow({ mode: 'hold', expires_at: null });
    const old = lasting(-3000, -2990, ['db']);
    const bars = barsOf([lasting(5, 10, ['web']), hold, old], noon + 60 * minute);
    expect(bars.map(({ from, to }) => [(from - noon) / minute, (to - noon) / minute])).toEqual([
      [0, 60],
      [5, 10],
    ]);
  });

  test('reserve together what their services take, each counted once', () => {
    const bars = barsOf([lasting(0, 20, ['db', 'web']), lasting(10, 30, ['db'])], noon + hour);
    const costs = new Map([
      ['host-a/web', 3],
      ['host-a/db', 1],
    ]);
    const steps = reservedSteps(bars, costs);
    expect(steps.map(({ at, reserved }) => [(at - noon) / minute, reserved])).toEqual([
      [0, 4],
      [10, 4],
      [20, 1],
      [30, 0],
    ]);
    const x = (at: number): number => (at - noon) / minute;
    expect(outlineOf(steps, { x, most: 4 })).toBe('M0 30H0V0H10V0H20V22.5H30V30H100V30Z');
  });
});
const hour = 60 * minute;

test('overruns are counted by how large they are', () => {
  expect(histogram([0, 100, 101, 40_000])).toEqual([2, 1, 0, 0, 0, 0, 0, 1]);
});

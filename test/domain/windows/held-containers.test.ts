import { describe, expect, test } from 'vitest';
import type { HeldContainer, ServiceStop } from '../../../contracts/service.ts';
import {
  hold,
  holds,
  homeProject,
  missing,
  reached,
  released,
  started,
  wentDown,
  withoutWindow,
  type ToHold,
} from '../../../domain/windows/held-containers.ts';

const one = (change: Partial<ToHold> = {}): ToHold => ({
  id: 'a',
  name: 'shop-web-1',
  project: 'shop',
  up: false,
  started_at: null,
  ...change,
});
const end: ServiceStop = { at: 9, by: 'window', forced: false, stop_ms: 1, exit_code: 0 };
const held = (change: Partial<ToHold> = {}, windows = ['w1']): HeldContainer[] =>
  hold([], [one(change)], windows, 'engine');

describe('a held container', () => {
  test('counts as run for a window only if it ran while that window held it', () => {
    const first = started(held(), ['a']);
    const second = hold(
      wentDown(first, 'a', end),
      [one({ started_at: 5 })],
      ['w1', 'w2'],
      'engine',
    );
    expect(second[0]!.windows).toEqual([
      { id: 'w1', ran: true, started_before: null },
      { id: 'w2', ran: false, started_before: 5 },
    ]);
    expect(second[0]!.end).toEqual(end);
  });
  test('that already runs when a window joins counts as run for that window', () => {
    expect(held({ up: true, started_at: 3 })[0]!.windows).toMatchObject([{ ran: true }]);
  });
  test('that was started from outside meanwhile counts as run for the window', () => {
    const again = hold(held({ started_at: 3 }), [one({ started_at: 4 })], ['w1'], 'engine');
    expect(again[0]!.windows).toMatchObject([{ ran: true, started_before: 3 }]);
  });
  test('is identified by its id, its name and its windows', () => {
    expect(holds(held(), one(), ['w1'])).toBe(true);
    expect(holds(held(), one({ name: 'renamed' }), ['w1'])).toBe(false);
    expect(holds(held(), one(), ['w1', 'w2'])).toBe(false);
    expect(holds(held(), one({ id: 'b' }), ['w1'])).toBe(false);
  });
  test('that its own Engine no longer has has ended; on another Engine it is out of reach', () => {
    expect(missing(held(), ['a'], 'engine', end)).toMatchObject([{ held: false, end }]);
    expect(missing(held(), ['a'], 'another', end)).toMatchObject([
      { held: true, away: true, end: null },
    ]);
    expect(reached(missing(held(), ['a'], 'another', end), ['a'])).toMatchObject([{ away: false }]);
  });
  test('keeps its known stop when it is removed', () => {
    const later = { ...end, at: 99 };
    expect(missing(wentDown(held(), 'a', end), ['a'], 'engine', later)[0]!.end).toEqual(end);
  });
  test('is released when it is down, and dropped with its last window', () => {
    const down = released(held({}, ['w1', 'w2']));
    expect(down).toMatchObject([{ held: false }]);
    expect(withoutWindow(down, 'w1')).toHaveLength(1);
    expect(withoutWindow(withoutWindow(down, 'w1'), 'w2')).toEqual([]);
  });
  test('that is out of reach is not released', () => {
    const away = missing(held(), ['a'], 'another', end);
    expect(withoutWindow(released(away), 'w1')).toMatchObject([{ held: true, away: true }]);
  });
  test('is never dropped, but released ones are if there are too many', () => {
    const many = Array.from({ length: 300 }, (_, nth) => one({ id: String(nth) }));
    expect(released(hold([], many, ['w1'], 'engine'))).toHaveLength(256);
    expect(hold([], many, ['w1'], 'engine')).toHaveLength(300);
  });
});

test.each<[string, HeldContainer[], string]>([
  ['no container is held', [], 'two'],
  ['the held container belongs to another project', held(), 'shop'],
  ['the held container was released', released(held()), 'two'],
  ['the held container is out of reach', missing(held(), ['a'], 'another', end), 'two'],
  [
    'another held container belongs to the project of the file',
    [...held(), ...held({ id: 'b', project: 'two' })],
    'two',
  ],
])('if %s, the service runs from project %3$s', (_, known, expected) => {
  expect(homeProject(known, 'two')).toBe(expected);
});

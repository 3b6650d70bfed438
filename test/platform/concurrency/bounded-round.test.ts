import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  createBoundedRound,
  RoundError,
  throwFailures,
} from '../../../platform/concurrency/bounded-round.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const self = (item: string): string => item;

test('a failing item does not affect the others, and the round names it', async () => {
  const round = createBoundedRound({ atOnce: 1, ms: 1000 }, self);
  const seen: string[] = [];
  const outcome = await round(['a', 'b', 'c'], async (item) => {
    seen.push(item);
    if (item === 'a') throw new Error('bad');
  });
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(outcome).toMatchObject({ done: 2, left: 0, failures: [{ key: 'a' }] });
  expect(() => throwFailures(outcome)).toThrow(new RoundError(outcome));
  expect(new RoundError(outcome).message).toBe('1 of 3 failed; a: bad');
});

test('an item that had no turn in time is first in the next round', async () => {
  const round = createBoundedRound({ atOnce: 1, ms: 30 }, self);
  const seen: string[] = [];
  const work = async (item: string): Promise<void> => {
    seen.push(item);
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const all = ['a', 'b', 'c', 'd'];
  await round(all, work);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await round(all, work);
  expect(seen.slice(0, 4)).toEqual(all);
});

test('a hanging item is not started twice, and every other one has its turn in each round', async () => {
  const round = createBoundedRound({ atOnce: 2, ms: 20 }, self);
  const seen: string[] = [];
  const work = async (item: string): Promise<void> => {
    seen.push(item);
    await (item === 'hangs' ? never() : turn());
  };
  const first = await round(['hangs', 'a', 'b'], work);
  expect(first).toMatchObject({ done: 2, left: 1 });
  const second = await round(['hangs', 'a', 'b'], work);
  expect(second).toMatchObject({ done: 2, left: 1 });
  expect(seen).toEqual(['hangs', 'a', 'b', 'a', 'b']);
});

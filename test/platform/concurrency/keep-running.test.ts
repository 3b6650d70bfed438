import { expect, test } from 'vitest';
import { keepRunning } from '../../../platform/concurrency/keep-running.ts';

test('work that ends or fails is restarted, with longer pauses, until the signal aborts', async () => {
  const stop = new AbortController();
  const ends: [unknown, number][] = [];
  let runs = 0;
  await keepRunning(
    async () => {
      runs += 1;
      if (runs === 5) stop.abort();
      if (runs % 2 === 0) throw new Error('broke');
    },
    {
      firstMs: 4,
      longestMs: 16,
      steadyMs: 1000,
      signal: stop.signal,
      onEnd: (error, pauseMs) => ends.push([error, pauseMs]),
    },
  );
  expect(ends.map(([error]) => error)).toEqual([
    null,
    new Error('broke'),
    null,
    new Error('broke'),
  ]);
  expect(ends.at(-1)![1]).toBeGreaterThan(ends[0]![1]);
});

test('work that lasted is restarted after the first pause', async () => {
  const stop = new AbortController();
  const pauses: number[] = [];
  let runs = 0;
  await keepRunning(
    async () => {
      runs += 1;
      if (runs === 4) await new Promise((resolve) => setTimeout(resolve, 30));
      if (runs === 6) stop.abort();
    },
    {
      firstMs: 2,
      longestMs: 1000,
      steadyMs: 25,
      signal: stop.signal,
      onEnd: (_, pauseMs) => pauses.push(pauseMs),
    },
  );
  expect(pauses[3]).toBeLessThanOrEqual(2);
});

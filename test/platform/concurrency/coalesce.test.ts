import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { coalesce } from '../../../platform/concurrency/coalesce.ts';

test('one run is under way at a time, and calls during it share one further run', async () => {
  let under = 0;
  let runs = 0;
  const run = coalesce(async () => {
    expect((under += 1)).toBe(1);
    runs += 1;
    await turn();
    under -= 1;
  });
  const first = run();
  await Promise.all([first, run(), run(), run()]);
  expect(runs).toBe(2);
  await run();
  expect(runs).toBe(3);
});

test('a failed run rejects its callers, and the next one runs nevertheless', async () => {
  let runs = 0;
  const run = coalesce(async () => {
    runs += 1;
    await turn();
    if (runs === 1) throw new Error('no');
  });
  const first = run();
  const second = run();
  await expect(first).rejects.toThrow('no');
  await second;
  expect(runs).toBe(2);
});

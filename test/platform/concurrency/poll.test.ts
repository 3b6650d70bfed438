import { expect, test } from 'vitest';
import { poll, pollUntil } from '../../../platform/concurrency/poll.ts';

test('the first result is returned', async () => {
  let looks = 0;
  expect(await poll(async () => ((looks += 1) === 3 ? 'it' : null), { everyMs: 1 })).toBe('it');
});

test('null is returned if there is no result in time', async () => {
  expect(await poll(async () => null, { everyMs: 5, withinMs: 12 })).toBeNull();
});

test('an abort ends the wait with its reason', async () => {
  const stop = new AbortController();
  const waiting = poll(async () => null, { everyMs: 60_000, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped')), 5);
  await expect(waiting).rejects.toThrow('stopped');
});

test('a pause ends when there may be a result sooner', async () => {
  let looks = 0;
  let wake = (): void => undefined;
  const sooner = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const look = async (): Promise<string | null> => ((looks += 1) === 2 ? 'it' : null);
  const waiting = poll(look, { everyMs: 3_600_000, sooner });
  await new Promise(setImmediate);
  wake();
  expect(await waiting).toBe('it');
});

test('the last value is returned if none is enough in time', async () => {
  let looks = 0;
  const look = async (): Promise<number> => (looks += 1);
  const last = await pollUntil(look, (seen) => seen > 100, { everyMs: () => 5, withinMs: 12 });
  expect(last).toBe(looks);
  expect(last).toBeLessThan(100);
  expect(await pollUntil(look, (seen) => seen > 100, { everyMs: 0 })).toBe(101);
});

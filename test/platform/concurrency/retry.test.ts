import { expect, test } from 'vitest';
import { createBackoff, retry } from '../../../platform/concurrency/retry.ts';

const quick = { firstMs: 1, longestMs: 4 };
const failsTimes = (times: number) => {
  let tried = 0;
  return async (): Promise<number> => {
    tried += 1;
    if (tried <= times) throw new Error(`try ${tried}`);
    return tried;
  };
};

test('work is retried until it succeeds, and each failure is reported with its count', async () => {
  const reports: unknown[] = [];
  const onFailure = (error: unknown, failures: number): void =>
    void reports.push([(error as Error).message, failures]);
  expect(await retry(failsTimes(2), { backoff: quick, onFailure })).toBe(3);
  expect(reports).toEqual([
    ['try 1', 1],
    ['try 2', 2],
  ]);
});

test('the last error is thrown when the attempts are used up', async () => {
  await expect(retry(failsTimes(9), { backoff: quick, tries: 3 })).rejects.toThrow('try 3');
});

test('an error that is not worth a retry is thrown at once', async () => {
  const isWorth = (error: unknown): boolean => (error as Error).message !== 'try 2';
  await expect(retry(failsTimes(9), { backoff: quick, isWorth })).rejects.toThrow('try 2');
});

test('no attempt starts after the time limit', async () => {
  let tried = 0;
  const always = async (): Promise<never> => {
    tried += 1;
    throw new Error('no');
  };
  const options = { backoff: () => 20, withinMs: 50 };
  await expect(retry(always, options)).rejects.toThrow('no');
  expect(tried).toBeLessThan(6);
});

test('an error can determine the pause', async () => {
  const waits: number[] = [];
  const backoff = (error: unknown, failures: number): number =>
    Number((error as Error).message.slice(4)) * failures;
  const onFailure = (_: unknown, __: number, pauseMs: number): void => void waits.push(pauseMs);
  await retry(failsTimes(3), { backoff, onFailure });
  expect(waits).toEqual([1, 4, 9]);
});

test('an abort ends a pause with its reason, and no attempt follows', async () => {
  const stop = new AbortController();
  let tried = 0;
  const work = async (): Promise<never> => {
    tried += 1;
    throw new Error('no');
  };
  const waiting = retry(work, { backoff: () => 30, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped')), 5);
  await expect(waiting).rejects.toThrow('stopped');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(tried).toBe(1);
});

test('pauses double up to the longest one, minus a random part of up to half', () => {
  const backoff = createBackoff({ firstMs: 100, longestMs: 1000 });
  for (const most of [100, 200, 400, 800, 1000, 1000]) {
    const ms = backoff.nextMs();
    expect(ms).toBeLessThanOrEqual(most);
    expect(ms).toBeGreaterThanOrEqual(Math.floor(most / 2));
  }
});

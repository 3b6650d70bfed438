import { beforeEach, expect, test } from 'vitest';
import { createUnwellRound } from '../../../../workers/madre/asleep/unwell-round.ts';

let connected: boolean;
let works: boolean;
let asleep: boolean;
let steady: number;
let said: string[];
let round: () => Promise<void>;
beforeEach(() => {
  [connected, works, asleep, steady, said] = [true, true, false, 0, []];
  round = createUnwellRound({
    sleep: { isAsleep: () => asleep, unwell: () => void said.push('unwell') },
    temporal: {
      get running() {
        const answers = async (): Promise<void> => {
          if (!works) throw new Error('interrupted (9)');
        };
        return connected ? { count: async () => 0, answers } : null;
      },
    },
    log: { error: () => undefined } as never,
    monotonic: () => steady,
  });
});

async function after(ms: number): Promise<string[]> {
  steady += ms;
  await round();
  return said.splice(0);
}

test.each<[string, () => void]>([
  ['answers nothing', () => (works = false)],
  ['is no longer reached', () => (connected = false)],
])('a Temporal that %s for a minute is reported, and again after another', async (_, fail) => {
  await after(0);
  fail();
  expect(await after(10_000)).toEqual([]);
  expect(await after(59_999)).toEqual([]);
  expect(await after(1)).toEqual(['unwell']);
  expect(await after(10_000)).toEqual([]);
  expect(await after(60_000)).toEqual(['unwell']);
});

test.each<[string, () => void]>([
  ['one answer', () => (works = true)],
  ['its sleep', () => (asleep = true)],
])('%s makes the minute begin again', async (_, interrupt) => {
  works = false;
  await after(0);
  await after(50_000);
  interrupt();
  await after(5000);
  [works, asleep] = [false, false];
  expect(await after(5000)).toEqual([]);
  expect(await after(59_999)).toEqual([]);
  expect(await after(1)).toEqual(['unwell']);
});

test('one that was never reached is not judged: its start may take long', async () => {
  connected = false;
  await after(0);
  expect(await after(120_000)).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { neverAsleep } from '../../../../platform/supervisor/temporal-sleep.ts';
import type { LiveWork } from '../../../../store/system/live-work.ts';
import { createSleepRound } from '../../../../workers/madre/asleep/sleep-round.ts';

const now = 1_000_000;
let work: LiveWork | null;
let others: string[];
let intents: number;
let runs: number;
let asleep: boolean;
let steady: number;
let said: string[];
let logged: string[];
let round: ReturnType<typeof createSleepRound>;
beforeEach(() => {
  [work, others, intents, runs, asleep, steady] = [null, [], 0, 0, false, 0];
  [said, logged] = [[], []];
  round = createSleepRound({
    store: {
      liveWork: { first: async () => work },
      presence: {
        list: async () => ['box', ...others].map((host) => ({ host, at: now - 1000 })),
      },
      rails: { toPropose: async () => intents },
      autonomy: { acted: async () => [] },
    } as never,
    host: 'box',
    clock: () => now,
    monotonic: () => steady,
    log: { info: (_: unknown, line: string) => void logged.push(line) } as never,
    temporal: { running: { count: async () => runs, answers: async () => undefined } },
    sleep: {
      afterMs: 60_000,
      isAsleep: () => asleep,
      wake: async () => void said.push('wake'),
      unused: () => void said.push('unused'),
      unwell: () => undefined,
      onChange: () => undefined,
      restart: () => undefined,
    },
  });
});

async function after(ms: number): Promise<string[]> {
  steady += ms;
  await round.run();
  return said.splice(0);
}

test('after that time without need, Temporal may sleep', async () => {
  expect(await after(0)).toEqual([]);
  expect(await after(59_999)).toEqual([]);
  expect(await after(1)).toEqual(['unused']);
});

test.each<[string, () => void]>([
  ['something that is stored', () => (work = { kind: 'window', id: 'w' })],
  ['another host', () => (others = ['far'])],
  ['an intent that waits for the loop', () => (intents = 1)],
])('%s keeps it awake, and the time counts again from its end', async (_, need) => {
  await after(0);
  need();
  expect(await after(60_000)).toEqual([]);
  [work, others, intents] = [null, [], 0];
  expect(await after(1)).toEqual([]);
  expect(await after(59_999)).toEqual([]);
  expect(await after(1)).toEqual(['unused']);
});

test('a workflow that runs keeps it awake, whatever the store says', async () => {
  await after(0);
  runs = 1;
  expect(await after(60_000)).toEqual([]);
  await after(5_000);
  expect(round.awakeFor()).toBe('awake for running workflows (1)');
  expect(logged).toEqual(['Temporal stays awake for running workflows (1)']);
  runs = 0;
  expect(await after(5_000)).toEqual(['unused']);
});

test('what comes into the store while it sleeps wakes it', async () => {
  asleep = true;
  expect(await after(120_000)).toEqual([]);
  work = { kind: 'schedule', id: 'nightly' };
  expect(await after(5_000)).toEqual(['wake']);
});

test('it says what it stays awake for, and logs that once for each kind', async () => {
  await after(0);
  expect(round.awakeFor()).toBeNull();
  work = { kind: 'window', id: 'w1' };
  await after(5_000);
  expect(round.awakeFor()).toBe('awake for the window w1');
  work = { kind: 'window', id: 'w2' };
  await after(5_000);
  work = { kind: 'window_schedule', id: 'nightly' };
  await after(5_000);
  expect(round.awakeFor()).toBe('awake for the schedule of windows nightly');
  work = { kind: 'autonomy', id: '' };
  await after(5_000);
  expect(round.awakeFor()).toBe("awake for madre's loop");
  expect(logged).toEqual([
    'Temporal stays awake for the window w1',
    'Temporal stays awake for the schedule of windows nightly',
    "Temporal stays awake for madre's loop",
  ]);
});

test('where no supervisor runs Temporal, it says that it never sleeps', () => {
  const other = createSleepRound({ sleep: neverAsleep } as never);
  expect(other.awakeFor()).toContain('never sleeps');
});

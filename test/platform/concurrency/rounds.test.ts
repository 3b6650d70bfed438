import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createRounds } from '../../../platform/concurrency/rounds.ts';

function watched() {
  const lines: { level: number; round: string; failures: number }[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const counted: string[] = [];
  let changes = 0;
  const rounds = createRounds({
    log,
    onFailure: (round) => counted.push(round),
    onChange: () => void (changes += 1),
  });
  return { rounds, lines, counted, changes: () => changes };
}
const fails = (): Promise<never> => Promise.reject(new Error('the disk is full'));

test('failing rounds are logged at the first and every 20th failure, and counted each time', async () => {
  const { rounds, lines, counted } = watched();
  for (let nth = 0; nth < 41; nth += 1) expect(await rounds.run('sweep', fails)).toBe(false);
  const warnings = lines.filter(({ level }) => level === 40);
  expect(warnings.map(({ failures }) => failures)).toEqual([1, 21, 41]);
  expect(counted).toHaveLength(41);
});

test('a failing round is listed with its reason until it succeeds, and each change is reported once', async () => {
  const { rounds, changes } = watched();
  await rounds.run('sweep', fails);
  await rounds.run('sweep', fails);
  await rounds.run('health', async () => undefined);
  expect(rounds.failing()).toMatchObject([
    { round: 'sweep', reason: 'the disk is full', failures: 2 },
  ]);
  expect(changes()).toBe(1);
  expect(await rounds.run('sweep', async () => undefined)).toBe(true);
  expect(rounds.failing()).toEqual([]);
  expect(changes()).toBe(2);
});

test('rounds run one after the other until the signal aborts', async () => {
  const { rounds } = watched();
  const stop = new AbortController();
  let under = 0;
  let runs = 0;
  const work = async (): Promise<void> => {
    expect((under += 1)).toBe(1);
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 3));
    under -= 1;
    if (runs === 4) stop.abort();
    if (runs === 2) throw new Error('once');
  };
  await rounds.every('sweep', 1, work, stop.signal).catch(() => undefined);
  expect(runs).toBe(4);
});

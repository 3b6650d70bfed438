import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPresence } from '../../workers/presence-beat.ts';
import type { Store } from '../../store/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store whose heartbeats complete when the test decides. */
function slowStore() {
  const beats: PromiseWithResolvers<void>[] = [];
  let under = 0;
  let most = 0;
  const beat = async (): Promise<void> => {
    most = Math.max(most, (under += 1));
    beats.push(Promise.withResolvers());
    await beats.at(-1)!.promise.finally(() => (under -= 1));
  };
  const store = { presence: { beat, leave: async () => undefined } } as unknown as Store;
  return { store, beats, most: () => most };
}

const start = (store: Store) =>
  startPresence({ store, log: pino({ level: 'silent' }) }, 'spawner', 'box', () => ({}));

test('heartbeats never overlap, however slow the store is, and the next one carries the latest details', async () => {
  const { store, beats, most } = slowStore();
  const presence = start(store);
  await vi.advanceTimersByTimeAsync(9000);
  expect(beats).toHaveLength(1);
  const now = presence.beat();
  beats[0]!.resolve();
  await vi.advanceTimersByTimeAsync(1);
  expect(beats).toHaveLength(2);
  beats[1]!.resolve();
  await now;
  expect(most()).toBe(1);
  beats.at(-1)!.resolve();
  await presence.stop();
});

test('after the process has signed off no heartbeat follows', async () => {
  const { store, beats } = slowStore();
  const presence = start(store);
  const [first, second] = [presence.beat(), presence.beat()];
  await vi.advanceTimersByTimeAsync(1);
  const left = presence.stop();
  beats[0]!.resolve();
  await Promise.all([first, second, left]);
  expect(beats).toHaveLength(1);
});

test('a heartbeat that the store never answers delays the next one by 10 s at most', async () => {
  const { store, beats } = slowStore();
  const presence = start(store);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(beats).toHaveLength(2);
  beats[1]!.resolve();
  await presence.stop();
});

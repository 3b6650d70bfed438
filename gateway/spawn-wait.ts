import type { StoreSource } from './store-source.ts';
import type { StoreWatch } from './store-watch.ts';

/** Resolves when a task has ended, or after the caller's patience. */
export type WaitForEnd = (spawnId: string, limitMs: number) => Promise<void>;

/** One question to the store serves all who wait. */
export function createWaitForEnd(store: StoreSource, watch: StoreWatch): WaitForEnd {
  const waiting = new Map<string, Set<() => void>>();
  let unfollow: (() => void) | null = null;
  let asking = false;
  let again = false;

  const ask = async (): Promise<void> => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      const ended = await store()
        .spawns.endedAmong([...waiting.keys()])
        .catch((): string[] => []);
      for (const id of ended) for (const done of waiting.get(id) ?? []) done();
    } while (again);
    asking = false;
  };
  const changed = (): void => void ask();

  return (spawnId, limitMs) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        const others = waiting.get(spawnId);
        others?.delete(done);
        if (others?.size === 0) waiting.delete(spawnId);
        if (waiting.size === 0) {
          unfollow?.();
          unfollow = null;
        }
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      const others = waiting.get(spawnId) ?? new Set();
      waiting.set(spawnId, others.add(done));
      unfollow ??= watch.follow(changed);
      changed();
    });
}

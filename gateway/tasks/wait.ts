import type { StoreSource } from '../reads/store-source.ts';
import { createTaskSubscriptions } from '../reads/task-subscriptions.ts';

/** Resolves when a task has ended, or after `limitMs`. */
export type WaitForEnd = (spawnId: string, limitMs: number) => Promise<void>;

export function createWaitForEnd(store: StoreSource): WaitForEnd {
  const follow = createTaskSubscriptions(
    store,
    async (ids) => new Map((await store().spawns.endedAmong(ids)).map((id) => [id, true])),
  );
  return (spawnId, limitMs) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unfollow();
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      const unfollow = follow(spawnId, done);
    });
}

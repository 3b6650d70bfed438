import type { StoreSource } from '../reads/store-source.ts';
import { createTaskSubscriptions } from '../reads/task-subscriptions.ts';

/** Resolves when a task has ended, or after `limitMs`. */
export type WaitForEnd = (taskId: string, limitMs: number) => Promise<void>;

export function createWaitForEnd(store: StoreSource): WaitForEnd {
  const follow = createTaskSubscriptions(
    store,
    async (ids) => new Map((await store().tasks.endedAmong(ids)).map((id) => [id, true])),
  );
  return (taskId, limitMs) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unfollow();
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      const unfollow = follow(taskId, done);
    });
}

import { pause } from '../../platform/concurrency/pause.ts';
import type { FollowedChanges } from '../../store/core/changes.ts';
import type { StoreSource } from './store-source.ts';

/** Subscribes to the stored state of one task, which is read after each commit. @returns a function that unsubscribes */
export type FollowTask<Update> = (taskId: string, onUpdate: (update: Update) => void) => () => void;

/**
 * One query serves all subscribers; without subscribers there is none.
 * @param ask returns an update for each of these tasks that has one
 * @param pauseMs the pause between two queries, however much is committed
 */
export function createTaskSubscriptions<Update>(
  store: StoreSource,
  ask: (taskIds: string[]) => Promise<Map<string, Update>>,
  pauseMs = 0,
): FollowTask<Update> {
  const followers = new Map<string, Set<(update: Update) => void>>();
  let following: FollowedChanges | null = null;

  const deliver = async (): Promise<void> => {
    const found = await ask([...followers.keys()]);
    for (const [id, update] of found) {
      for (const onUpdate of followers.get(id) ?? []) onUpdate(update);
    }
    if (pauseMs > 0) await pause(pauseMs);
  };
  return (taskId, onUpdate) => {
    const others = followers.get(taskId) ?? new Set();
    followers.set(taskId, others.add(onUpdate));
    following ??= store().changes.follow(deliver);
    following.lookNow();
    return () => {
      others.delete(onUpdate);
      if (others.size === 0 && followers.get(taskId) === others) followers.delete(taskId);
      if (followers.size > 0) return;
      following?.end();
      following = null;
    };
  };
}

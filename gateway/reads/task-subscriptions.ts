import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreWatch } from './store-watch.ts';

/** Tells what the store has of one task, whenever anything was committed. @returns ends the telling */
export type FollowTask<News> = (spawnId: string, hear: (news: News) => void) => () => void;

/**
 * One question to the store serves all who follow tasks, and none is asked while nobody does.
 * @param ask gives what is to be told, for those of these tasks where there is something
 * @param pauseMs between two questions, however much is committed
 */
export function createTaskSubscriptions<News>(
  watch: StoreWatch,
  ask: (spawnIds: string[]) => Promise<Map<string, News>>,
  pauseMs = 0,
): FollowTask<News> {
  const followers = new Map<string, Set<(news: News) => void>>();
  let unfollow: (() => void) | null = null;
  let asking = false;
  let again = false;

  const round = async (): Promise<void> => {
    let found: Map<string, News>;
    try {
      found = await ask([...followers.keys()]);
    } catch {
      return; // the store is away; on its return the watch tells again
    }
    for (const [id, news] of found) for (const hear of followers.get(id) ?? []) hear(news);
  };
  const changed = async (): Promise<void> => {
    again = true;
    if (asking) return;
    asking = true;
    while (again && followers.size > 0) {
      again = false;
      await round();
      if (pauseMs > 0) await sleep(pauseMs);
    }
    asking = false;
  };

  return (spawnId, hear) => {
    const others = followers.get(spawnId) ?? new Set();
    followers.set(spawnId, others.add(hear));
    unfollow ??= watch.follow(() => void changed());
    void changed();
    return () => {
      others.delete(hear);
      if (others.size === 0 && followers.get(spawnId) === others) followers.delete(spawnId);
      if (followers.size > 0) return;
      unfollow?.();
      unfollow = null;
    };
  };
}

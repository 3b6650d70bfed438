import { pause } from '../../platform/concurrency/pause.ts';
import type { Following } from '../../store/core/changes.ts';
import type { StoreSource } from './store-source.ts';

/** Tells what the store has of one task, whenever anything was committed. @returns ends the telling */
export type FollowTask<News> = (spawnId: string, hear: (news: News) => void) => () => void;

/**
 * One question to the store serves all who follow tasks, and none is asked while nobody does.
 * @param ask gives what is to be told, for those of these tasks where there is something
 * @param pauseMs between two questions, however much is committed
 */
export function createTaskSubscriptions<News>(
  store: StoreSource,
  ask: (spawnIds: string[]) => Promise<Map<string, News>>,
  pauseMs = 0,
): FollowTask<News> {
  const followers = new Map<string, Set<(news: News) => void>>();
  let following: Following | null = null;

  const look = async (): Promise<void> => {
    const found = await ask([...followers.keys()]);
    for (const [id, news] of found) for (const hear of followers.get(id) ?? []) hear(news);
    if (pauseMs > 0) await pause(pauseMs);
  };
  return (spawnId, hear) => {
    const others = followers.get(spawnId) ?? new Set();
    followers.set(spawnId, others.add(hear));
    following ??= store().changes.follow(look);
    following.look();
    return () => {
      others.delete(hear);
      if (others.size === 0 && followers.get(spawnId) === others) followers.delete(spawnId);
      if (followers.size > 0) return;
      following?.end();
      following = null;
    };
  };
}

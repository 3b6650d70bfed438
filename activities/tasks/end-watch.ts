import type { EndReason } from '../../contracts/task.ts';
import type { FollowedChanges } from '../../store/core/changes.ts';
import type { Store } from '../../store/index.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import type { Attempt } from './task-activities.ts';

/** How often the store is checked for attempts that must end. */
const pollMs = 50;
/** How long a cancelled attempt waits for the reason. */
const reasonMs = 500;

/**
 * Watches the store for running attempts that must end; Temporal delivers the same cancel, but seconds later. Also ends
 * an attempt that madre has already recorded as ended because its spawner was silent for too long.
 */
export interface EndWatch {
  /** @returns a function that stops watching */
  watch(attempt: Attempt, end: (reason: EndReason) => void): () => void;
  /** Returns why a task must end; null if the store has no reason or does not answer in time. */
  reasonOf(taskId: string): Promise<EndReason | null>;
}

interface Watched extends Attempt {
  end(reason: EndReason): void;
}

const keyOf = ({ spawn_id, attempt }: Attempt): string => `${spawn_id}/${attempt}`;

export function createEndWatch(store: Store): EndWatch {
  const watched = new Set<Watched>();
  let following: FollowedChanges | null = null;

  const endDue = async (): Promise<void> => {
    const all = [...watched];
    const [endings, finished] = await Promise.all([
      store.tasks.endings(all.map(({ spawn_id }) => spawn_id)),
      store.tasks.finishedAmong(all.map(({ spawn_id, attempt }) => ({ spawn_id, attempt }))),
    ]);
    const over = new Set(finished.map(keyOf));
    for (const one of all) {
      const ending = endings.get(one.spawn_id);
      if (ending !== undefined) one.end(ending.reason);
      else if (over.has(keyOf(one))) one.end('cancelled');
    }
  };
  return {
    watch(attempt, end) {
      const one = { ...attempt, end };
      watched.add(one);
      following ??= store.changes.follow(endDue, pollMs);
      following.lookNow();
      return () => {
        watched.delete(one);
        if (watched.size > 0) return;
        following?.end();
        following = null;
      };
    },
    async reasonOf(taskId) {
      const answer = timeout(reasonMs, 'an ending', store.tasks.endings([taskId]));
      const endings = await answer.catch(() => null);
      return endings?.get(taskId)?.reason ?? null;
    },
  };
}

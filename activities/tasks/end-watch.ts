import type { EndReason } from '../../contracts/spawn.ts';
import type { Following } from '../../store/core/changes.ts';
import type { Store } from '../../store/index.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import type { Attempt } from './spawn-activities.ts';

/** How soon a running attempt hears that it is to end. */
const lookMs = 50;
/** How long who is cancelled waits to hear why. */
const answerMs = 500;

/**
 * Follows, in the store, which running attempts are to end: Temporal says so too, but seconds later. One that somebody
 * else has ended, since its spawner did not answer for a while, is to end too.
 */
export interface EndWatch {
  /** @returns ends this watching */
  watch(attempt: Attempt, end: (reason: EndReason) => void): () => void;
  /** Why a task is to end, as the store has it: null where it says nothing, or does not answer soon. */
  reasonOf(spawnId: string): Promise<EndReason | null>;
}

interface Watched extends Attempt {
  end(reason: EndReason): void;
}

const keyOf = ({ spawn_id, attempt }: Attempt): string => `${spawn_id}/${attempt}`;

export function createEndWatch(store: Store): EndWatch {
  const watched = new Set<Watched>();
  let following: Following | null = null;

  const endThose = async (): Promise<void> => {
    const all = [...watched];
    const [endings, finished] = await Promise.all([
      store.spawns.endings(all.map(({ spawn_id }) => spawn_id)),
      store.spawns.finishedAmong(all.map(({ spawn_id, attempt }) => ({ spawn_id, attempt }))),
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
      following ??= store.changes.follow(endThose, lookMs);
      following.look();
      return () => {
        watched.delete(one);
        if (watched.size > 0) return;
        following?.end();
        following = null;
      };
    },
    async reasonOf(spawnId) {
      const asked = timeout(answerMs, 'an ending', store.spawns.endings([spawnId]));
      const endings = await asked.catch(() => null);
      return endings?.get(spawnId)?.reason ?? null;
    },
  };
}

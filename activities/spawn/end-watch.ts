import type { EndReason } from '../../contracts/spawn.ts';
import type { Store } from '../../store/index.ts';

/** How soon a running attempt hears that it is to end. A server's revision is a call. */
const lookMs = { here: 50, elsewhere: 250 };

/** Follows, in the store, which running tasks are to end: Temporal says so too, but seconds later. */
export interface EndWatch {
  /** @returns ends the watching of this task */
  watch(spawnId: string, end: (reason: EndReason) => void): () => void;
}

export function createEndWatch(store: Store): EndWatch {
  const watched = new Map<string, (reason: EndReason) => void>();
  let timer: NodeJS.Timeout | undefined;
  let seen = '';

  const look = async (): Promise<void> => {
    let pause = lookMs.here;
    try {
      const revision = store.revision();
      if (typeof revision !== 'string') pause = lookMs.elsewhere;
      const now = await revision;
      if (now !== seen) {
        const endings = await store.spawns.endings([...watched.keys()]);
        seen = now;
        for (const [id, { reason }] of endings) watched.get(id)?.(reason);
      }
    } catch {
      seen = ''; // the store is away
    }
    timer = watched.size === 0 ? undefined : setTimeout(() => void look(), pause);
  };
  return {
    watch(spawnId, end) {
      watched.set(spawnId, end);
      seen = '';
      timer ??= setTimeout(() => void look(), lookMs.here);
      return () => void watched.delete(spawnId);
    },
  };
}

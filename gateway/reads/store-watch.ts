import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreSource } from './store-source.ts';

/** SQLite's revision costs microseconds; a server's is a call. */
const lookMs = { here: 2, elsewhere: 25 };

/** Tells whenever anything was committed to the store, by whichever process. */
export interface StoreWatch {
  /** @returns ends the telling */
  follow(changed: () => void): () => void;
}

/** One look serves all who follow, and there is none while nobody does. */
export function createStoreWatch(store: StoreSource): StoreWatch {
  const followers = new Set<() => void>();
  let looking: AbortController | null = null;

  const look = async (signal: AbortSignal): Promise<void> => {
    for (let seen = '', pause = lookMs.here; !signal.aborted;) {
      try {
        const revision = store().revision();
        if (typeof revision !== 'string') pause = lookMs.elsewhere;
        const now = await revision;
        if (now !== seen) for (const changed of followers) changed();
        seen = now;
      } catch {
        seen = ''; // the store is away; on its return everybody looks again
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  };
  return {
    follow(changed) {
      followers.add(changed);
      if (looking === null) {
        looking = new AbortController();
        void look(looking.signal);
      }
      return () => {
        followers.delete(changed);
        if (followers.size > 0) return;
        looking?.abort();
        looking = null;
      };
    },
  };
}

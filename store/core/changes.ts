import { coalesce } from '../../platform/concurrency/coalesce.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';

/**
 * How often what processes keep in memory was changed, by any of them: the same text twice means that none of it changed.
 * `tokens` is what tokens may do; `state` is windows, leases, services, catalogs and presence.
 */
export interface Revisions {
  tokens: string;
  state: string;
}

/** Tells of commits, by any process. */
export interface StoreChanges {
  /**
   * Calls `look` after commits: at once after one of this process; after one of another within `withinMs` on SQLite, and
   * with its notification on Postgres. It may be called where nothing changed, once at a time, and again where it rejects.
   */
  follow(look: () => Promise<void> | void, withinMs?: number): Following;
  /** Calls back after each commit of this process, before the write returns. */
  onOwn(committed: () => void): void;
}

export interface Following {
  /** Looks now, or once more after the look that is under way. */
  look(): void;
  end(): void;
}

/** How a database finds out about commits of other processes. */
export interface CommitWatch {
  /** Calls `changed` after commits of others until `signal` aborts; looks every `everyMs()` where it has to look. */
  watch(changed: () => void, everyMs: () => number, signal: AbortSignal): void;
  /** This process has committed something: others are to hear of it. */
  announce(): void;
}

interface Follower {
  look: () => void;
  withinMs: number;
}

/** The pause before a look that failed is repeated: the store is away. */
const lookAgainMs = 50;
/** A look that takes longer is given up, and repeated. */
const lookLimitMs = 10_000;

/** One watch serves all who follow, and there is none while nobody does. */
export function createChanges({ watch, announce }: CommitWatch): StoreChanges & {
  committed(): void;
  close(): void;
} {
  const followers = new Set<Follower>();
  const ours = new Set<() => void>();
  let watching: AbortController | null = null;

  const everyMs = (): number => Math.min(...[...followers].map(({ withinMs }) => withinMs));
  const tell = (): void => {
    for (const { look } of followers) look();
  };
  const close = (): void => {
    watching?.abort();
    watching = null;
  };
  const restart = (): void => {
    close();
    watching = new AbortController();
    watch(tell, everyMs, watching.signal);
  };
  return {
    follow(look, withinMs = 2) {
      const isSoonest = followers.size === 0 || withinMs < everyMs();
      const ended = new AbortController();
      const lookUntilDone = coalesce(async () => {
        while (!ended.signal.aborted) {
          try {
            return await timeout(lookLimitMs, 'a look at the store', Promise.resolve(look()));
          } catch {
            await pause(lookAgainMs, ended.signal);
          }
        }
      });
      const follower = { look: () => void lookUntilDone(), withinMs };
      followers.add(follower);
      if (isSoonest) restart();
      return {
        look: follower.look,
        end() {
          ended.abort();
          followers.delete(follower);
          if (followers.size === 0) close();
        },
      };
    },
    onOwn: (committed) => void ours.add(committed),
    committed() {
      announce();
      for (const committed of ours) committed();
      tell();
    },
    close,
  };
}

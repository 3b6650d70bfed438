import { coalesce } from '../../platform/concurrency/coalesce.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';

/**
 * Counts the changes, by any process, of the rows that processes cache: the same text twice means that nothing changed.
 * `tokens` covers what tokens and web sessions may do; `state` covers windows, leases, services, catalogs and presence.
 */
export interface Revisions {
  tokens: string;
  state: string;
  /** The number of the newest event, read together with the counts. */
  newest: number;
}

/** From one row for each topic, and one named `newest`. */
export function revisionsOf(rows: { topic: string; n: number | string }[]): Revisions {
  const counts = new Map(rows.map(({ topic, n }) => [topic, String(n)]));
  const [tokens = '', state = '', newest = '0'] = ['tokens', 'state', 'newest'].map((topic) =>
    counts.get(topic),
  );
  return { tokens, state, newest: Number(newest) };
}

/** Notifies of commits, by any process. */
export interface StoreChanges {
  /**
   * Calls `look` after commits: at once for a commit of this process; for one of another process, within `withinMs` on
   * SQLite and when its notification arrives on Postgres. `look` may be called although nothing changed. Calls never
   * overlap, and one that rejects is repeated.
   */
  follow(look: () => Promise<void> | void, withinMs?: number): FollowedChanges;
  /** Calls back after each commit of this process, before the write returns. */
  onOwn(committed: () => void): void;
}

export interface FollowedChanges {
  /** Calls `look` now, or once more after the call that is under way. */
  lookNow(): void;
  end(): void;
}

/** How a process finds out about commits of other processes. */
export interface CommitWatch {
  /**
   * Calls `changed` after commits of other processes until `signal` aborts. A database without notifications is polled
   * every `everyMs()`.
   */
  watch(changed: () => void, everyMs: () => number, signal: AbortSignal): void;
  /** Notifies other processes that this one has committed something. */
  announce(): void;
}

interface Follower {
  look: () => void;
  withinMs: number;
}

/** The pause before a failed call of `look` is repeated: the store is unavailable. */
const retryPauseMs = 50;
/** A call of `look` that takes longer is abandoned and repeated. */
const lookLimitMs = 10_000;

/** One watch serves all followers; without followers there is none. */
export function createChanges({ watch, announce }: CommitWatch): StoreChanges & {
  committed(): void;
  close(): void;
} {
  const followers = new Set<Follower>();
  const ours = new Set<() => void>();
  let watching: AbortController | null = null;

  const everyMs = (): number => Math.min(...[...followers].map(({ withinMs }) => withinMs));
  const notify = (): void => {
    for (const { look } of followers) look();
  };
  const close = (): void => {
    watching?.abort();
    watching = null;
  };
  const restart = (): void => {
    close();
    watching = new AbortController();
    watch(notify, everyMs, watching.signal);
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
            await pause(retryPauseMs, ended.signal);
          }
        }
      });
      const follower = { look: () => void lookUntilDone(), withinMs };
      followers.add(follower);
      if (isSoonest) restart();
      return {
        lookNow: follower.look,
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
      notify();
    },
    close,
  };
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { longestTimerMs } from '../../platform/time.ts';
import type { FollowedChanges } from '../../store/core/changes.ts';
import type { Identify } from '../http/caller.ts';
import type { ReadModel } from '../reads/read-model.ts';
import type { StoreSource } from '../reads/store-source.ts';

/** How soon a commit of another process is noticed on SQLite, in ms. */
const noticedMs = 250;

const refusals: ReadonlySet<string> = new Set(['forbidden', 'session_required']);

/** Watches the callers of open streams. */
export interface AccessWatch {
  /** Calls `onEnd` once, when the token or the session of a request has ended, whichever process ended it. */
  watch(request: FastifyRequest, onEnd: () => void): WatchedAccess;
}

export interface WatchedAccess {
  /** Checks now. Throws `store_unavailable`. @returns whether the caller may still read */
  check(): Promise<boolean>;
  end(): void;
}

/**
 * Checks all of them again after each commit that changes what a token or a session may do, and each at the end of its
 * token or session. Without open streams nothing is watched.
 */
export function createAccessWatch(deps: {
  store: StoreSource;
  model: Pick<ReadModel, 'revisions'>;
  identify: Identify;
  clock: () => number;
}): AccessWatch {
  const watched = new Set<WatchedAccess>();
  let following: FollowedChanges | null = null;
  let checkedAt = '';

  const checkAll = async (): Promise<void> => {
    await nextTurn(); // a read in this turn of the event loop may still see what was there before the commit
    const { tokens } = await deps.model.revisions();
    if (tokens === checkedAt) return;
    await Promise.all([...watched].map((access) => access.check()));
    checkedAt = tokens;
  };
  const follow = (): FollowedChanges | null => {
    try {
      return deps.store().changes.follow(checkAll, noticedMs);
    } catch {
      return null; // the store is not open yet, so nothing can end in it
    }
  };
  const forget = (access: WatchedAccess): void => {
    watched.delete(access);
    if (watched.size > 0) return;
    following?.end();
    following = null;
  };
  return {
    watch(request, onEnd) {
      let timer: NodeJS.Timeout | undefined;
      const access: WatchedAccess = {
        async check() {
          if (!watched.has(access)) return false;
          try {
            const { until } = await deps.identify(request);
            clearTimeout(timer);
            if (until === null || !watched.has(access)) return watched.has(access);
            const ms = Math.max(0, Math.min(until - deps.clock(), longestTimerMs));
            timer = setTimeout(() => void access.check().catch(() => undefined), ms).unref();
            return true;
          } catch (error) {
            if (!(error instanceof VX11Error && refusals.has(error.code))) throw error;
            if (!watched.has(access)) return false;
            access.end();
            onEnd();
            return false;
          }
        },
        end() {
          clearTimeout(timer);
          forget(access);
        },
      };
      watched.add(access);
      following ??= follow();
      void access.check().catch(() => undefined); // it may have ended since its request was admitted
      return access;
    },
  };
}

import { nextInLine, type Waiting } from '../../../domain/routing/capacity/line.ts';

/** Who waits, and where. */
export interface Waiter extends Waiting {
  /** Providers of which one place is enough. */
  providers: ReadonlySet<string>;
}

/** A turn of one that waited: the place is kept until it decides again. */
export interface Turn {
  take(): void;
}

/** How many may wait, and for how long. */
export interface LineLimits {
  most: number;
  mostOfOwner: number;
  waitMs: number;
}

/** Places at providers that take only so many requests at the same time, and the line of those that wait for one. */
export interface Places {
  /** Requests that each target answers now. */
  active: ReadonlyMap<string, number>;
  /** Requests at a provider, with the places that are kept for those whose turn it is. */
  at(provider: string): number;
  /** Requests at a provider, and those in the line that it may answer. */
  ahead(provider: string): number;
  /** @param limit of the provider. @returns whether there was one */
  take(provider: string, target: string, limit: number | undefined): boolean;
  free(provider: string, target: string): void;
  /**
   * Waits for a turn.
   * @param signal ends it, when the caller is gone or its deadline passes
   * @returns why there is none: `owner`: that many wait for one owner already; `line`: for all; `late`: it took too long
   */
  wait(waiter: Waiter, signal: AbortSignal): Promise<Turn | 'owner' | 'line' | 'late' | 'gone'>;
  /** Seconds after which one that found the line full may find a place. */
  retryAfter(): number;
  waiting(): number;
}

/** How much a newer time between two turns counts. */
const fresh = 0.2;
const longestRetry = 60;

/** @param clock epoch ms */
export function createPlaces(
  limits: LineLimits,
  clock: () => number,
  onWaiting: (requests: number) => void,
): Places {
  const active = new Map<string, number>();
  const totals = new Map<string, number>();
  const kept = new Map<string, number>();
  const limitOf = new Map<string, number>();
  const line: (Waiter & { serve: (provider: string) => void })[] = [];
  const lastTurns = new Map<string, number>();
  let turns = 0;
  let lastTurnAt = 0;
  let betweenMs = 1000;

  const add = (counts: Map<string, number>, name: string, more: number): void => {
    const now = (counts.get(name) ?? 0) + more;
    if (now > 0) counts.set(name, now);
    else counts.delete(name);
  };
  const at = (provider: string): number => (totals.get(provider) ?? 0) + (kept.get(provider) ?? 0);
  const serveNext = (provider: string): void => {
    while (at(provider) < (limitOf.get(provider) ?? Infinity)) {
      const able = line.filter(({ providers }) => providers.has(provider));
      const next = able[nextInLine(able, lastTurns, clock())];
      if (next === undefined) return;
      add(kept, provider, 1);
      turns += 1;
      lastTurns.set(next.owner, turns);
      if (lastTurnAt > 0) betweenMs += fresh * (clock() - lastTurnAt - betweenMs);
      lastTurnAt = clock();
      next.serve(provider);
    }
  };
  const leave = (waiter: Waiter): void => {
    const place = line.indexOf(waiter as (typeof line)[number]);
    if (place >= 0) line.splice(place, 1);
    if (line.length === 0) lastTurns.clear();
    onWaiting(line.length);
  };
  return {
    active,
    at,
    ahead: (provider) =>
      at(provider) + line.filter(({ providers }) => providers.has(provider)).length,
    take(provider, target, limit) {
      if (limit !== undefined) {
        limitOf.set(provider, limit);
        if (at(provider) >= limit) return false;
      }
      add(active, target, 1);
      add(totals, provider, 1);
      return true;
    },
    free(provider, target) {
      add(active, target, -1);
      add(totals, provider, -1);
      serveNext(provider);
    },
    wait(waiter, signal) {
      if (signal.aborted) return Promise.resolve('gone');
      if (line.length >= limits.most) return Promise.resolve('line');
      if (line.filter(({ owner }) => owner === waiter.owner).length >= limits.mostOfOwner)
        return Promise.resolve('owner');
      return new Promise((resolve) => {
        const end = (how: Turn | 'late' | 'gone'): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', gone);
          leave(entry);
          resolve(how);
        };
        const gone = (): void => end('gone');
        const timer = setTimeout(() => end('late'), limits.waitMs);
        const entry = {
          ...waiter,
          serve(provider: string): void {
            const take = (): void => {
              add(kept, provider, -1);
              // it may go elsewhere: then the place is for the next one
              setImmediate(() => serveNext(provider));
            };
            end({ take });
          },
        };
        line.push(entry);
        signal.addEventListener('abort', gone, { once: true });
        onWaiting(line.length);
        // a place may have become free since it decided
        for (const provider of waiter.providers) serveNext(provider);
      });
    },
    retryAfter: () => Math.min(longestRetry, Math.ceil((betweenMs * (line.length + 1)) / 1000)),
    waiting: () => line.length,
  };
}

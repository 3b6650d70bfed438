import type { WindowView } from '../../contracts/window.ts';
import { abortable } from '../../platform/concurrency/abortable.ts';
import type { StoreSource } from './store-source.ts';

/** How soon a commit of another process is noticed. */
const pollMs = 4;

/**
 * Resolves with a window once its stored state is `wanted`: the workflow's own answer comes a round trip through Temporal
 * later. Rejects when `signal` aborts.
 */
export const waitForStore = (
  store: StoreSource,
  id: string,
  wanted: (view: WindowView) => boolean,
  signal: AbortSignal,
): Promise<WindowView> => waitUntilStored(store, () => store().windows.find(id), wanted, signal);

/** The same for any stored record. */
export async function waitUntilStored<T>(
  store: StoreSource,
  find: () => Promise<T | null>,
  wanted: (found: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  const found = Promise.withResolvers<T>();
  const following = store().changes.follow(async () => {
    const now = await find();
    if (now !== null && wanted(now)) found.resolve(now);
  }, pollMs);
  following.lookNow();
  try {
    return await abortable(found.promise, signal);
  } finally {
    following.end();
  }
}

/** Resolves with the workflow's answer, or with the stored state if that comes first and within `limitMs`. */
export async function firstOf<T>(
  answer: Promise<T>,
  limitMs: number,
  stored: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)]);
  try {
    return await Promise.race([answer, stored(signal).catch(() => answer)]);
  } finally {
    over.abort();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { WindowView } from '../../contracts/window.ts';
import type { StoreSource } from './store-source.ts';

/** SQLite's revision costs microseconds; a server's is a call. */
const lookMs = { here: 4, elsewhere: 25 };

/**
 * Resolves with a window as soon as the store says that it is as wanted: a workflow's own answer comes a round trip
 * through Temporal later. Rejects when `signal` is aborted or the store cannot be read.
 */
export const waitForStore = (
  store: StoreSource,
  id: string,
  wanted: (view: WindowView) => boolean,
  signal: AbortSignal,
): Promise<WindowView> => toldOf(store, () => store().windows.find(id), wanted, signal);

/** The same of anything that the store keeps. */
export async function toldOf<T>(
  store: StoreSource,
  find: () => Promise<T | null>,
  wanted: (found: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (let seen = '', pause = lookMs.here; ;) {
    await sleep(pause, undefined, { signal });
    const revision = store().revision();
    if (typeof revision !== 'string') pause = lookMs.elsewhere;
    const now = await revision;
    if (now === seen) continue;
    seen = now;
    const found = await find();
    if (found !== null && wanted(found)) return found;
  }
}

/** What the workflow answers, or what the store says before that and within `limitMs`. */
export async function firstOf<T>(
  answer: Promise<T>,
  limitMs: number,
  told: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)]);
  try {
    return await Promise.race([answer, told(signal).catch(() => answer)]);
  } finally {
    over.abort();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { WindowView } from '../contracts/window.ts';
import type { StoreSource } from './store-source.ts';

/** SQLite's revision costs microseconds; a server's is a call. */
const lookMs = { here: 4, elsewhere: 25 };

/**
 * Resolves with a window as soon as the store says that it is as wanted: a workflow's own answer comes a round trip
 * through Temporal later. Rejects when `signal` is aborted or the store cannot be read.
 */
export async function toldByStore(
  store: StoreSource,
  id: string,
  wanted: (view: WindowView) => boolean,
  signal: AbortSignal,
): Promise<WindowView> {
  for (let seen = '', pause = lookMs.here; ;) {
    await sleep(pause, undefined, { signal });
    const revision = store().revision();
    if (typeof revision !== 'string') pause = lookMs.elsewhere;
    const now = await revision;
    if (now === seen) continue;
    seen = now;
    const view = await store().windows.find(id);
    if (view !== null && wanted(view)) return view;
  }
}

/** What the workflow answers, or what the store says before that and within `limitMs`. */
export async function soonest<T>(
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

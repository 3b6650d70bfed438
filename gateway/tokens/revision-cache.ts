import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';

/** Keeps what was loaded until the revision changes. A load that fails is not kept. */
export interface RevisionCache<T> {
  /** @returns what is kept under this key, or else the result of `load` */
  get(key: string, load: () => Promise<T>): MaybePromise<T>;
  /** Loads again what is kept under this key. */
  reload(key: string, load: () => Promise<T>): Promise<T>;
}

export function createRevisionCache<T>(revision: () => MaybePromise<string>): RevisionCache<T> {
  let cache: { revision: string; known: Map<string, T> } = { revision: '', known: new Map() };
  const fill = async (key: string, load: () => Promise<T>): Promise<T> => {
    const { known } = cache; // of the revision before the load: a change meanwhile has begun another one
    const loaded = await load();
    known.set(key, loaded);
    return loaded;
  };
  return {
    get: (key, load) =>
      mapMaybe(revision(), (now) => {
        if (cache.revision !== now) cache = { revision: now, known: new Map() };
        return cache.known.get(key) ?? fill(key, load);
      }),
    reload: fill,
  };
}

import { VX11Error } from '../../contracts/errors.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { Revisions } from '../../store/core/changes.ts';
import type { Store } from '../../store/index.ts';
import { loadSnapshot, type Snapshot } from './snapshot.ts';
import { mapMaybe, type MaybePromise } from './maybe-promise.ts';
import type { StoreSource } from './store-source.ts';

/** The newest state of the store, reloaded only after a commit that changed it: a read sees every earlier write. */
export interface ReadModel {
  /** The state as of this turn of the event loop, including this process's writes. Throws `store_unavailable`. */
  revisions(): MaybePromise<Revisions>;
  snapshot(): MaybePromise<Snapshot>;
  /** How many plans are in each state. Every change of a plan has an event. */
  planCounts(): MaybePromise<Record<string, number>>;
  /** The newest window of a target on any host, live windows first; null if there never was one. */
  newestFor(target: string, snapshot: Snapshot): MaybePromise<WindowView | null>;
}

const unreadable = (error: unknown): VX11Error =>
  error instanceof VX11Error
    ? error
    : new VX11Error('store_unavailable', 'The store did not answer; try again shortly.', {
        retryAfterSeconds: 2,
        cause: error,
      });

export function createReadModel(store: StoreSource): ReadModel {
  let loaded: Snapshot | null = null;
  let ofThisTurn: MaybePromise<Revisions> | null = null;
  let subscribedTo: Store | null = null;
  let loading: { revision: string; snapshot: Promise<Snapshot> } | null = null;
  let plans: { newest: number; counts: Record<string, number> } | null = null;
  let ended: { revision: string; windows: Map<string, WindowView | null> } | null = null;

  const read = (): MaybePromise<Revisions> => {
    try {
      const from = store();
      if (subscribedTo !== from) {
        subscribedTo = from;
        from.changes.onOwn(() => (ofThisTurn = null));
      }
      const now = from.revisions();
      if (!(now instanceof Promise)) return now;
      return now.catch((error: unknown) => {
        throw unreadable(error);
      });
    } catch (error) {
      throw unreadable(error);
    }
  };
  // All requests handled in one turn of the event loop arrived before it began, so the first read of the revisions covers
  // every commit of other processes until then. The store reports commits of this process.
  const revisions = (): MaybePromise<Revisions> => {
    if (ofThisTurn !== null) return ofThisTurn;
    setImmediate(() => (ofThisTurn = null));
    return (ofThisTurn = read());
  };
  const load = (from: Store, at: string): Promise<Snapshot> => {
    if (loading?.revision === at) return loading.snapshot;
    const mine = {
      revision: at,
      snapshot: loadSnapshot(from, at)
        .then((snapshot) => (loaded = snapshot))
        .finally(() => {
          if (loading === mine) loading = null;
        }),
    };
    loading = mine;
    return mine.snapshot;
  };
  return {
    revisions,
    snapshot: () =>
      mapMaybe(revisions(), ({ state }) =>
        loaded?.revision === state ? loaded : load(store(), state),
      ),
    planCounts: () =>
      mapMaybe(revisions(), ({ newest }) => {
        if (plans?.newest === newest) return plans.counts;
        return store()
          .plans.counts()
          .then((counts) => {
            plans = { newest, counts };
            return counts;
          });
      }),
    newestFor(target, snapshot) {
      const live = snapshot.windows.filter((view) => view.target === target);
      const first = live.find(({ state }) => state === 'open') ?? live[0];
      if (first !== undefined) return first;
      if (ended?.revision !== snapshot.revision) {
        ended = { revision: snapshot.revision, windows: new Map() };
      }
      const { windows } = ended;
      const known = windows.get(target);
      if (known !== undefined) return known;
      return store()
        .windows.newestFor(null, target)
        .then((view) => {
          if (windows.size < 1000) windows.set(target, view);
          return view;
        });
    },
  };
}

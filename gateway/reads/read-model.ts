import { VX11Error } from '../../contracts/errors.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { Revisions } from '../../store/core/changes.ts';
import type { Store } from '../../store/index.ts';
import { loadSnapshot, type Snapshot } from './snapshot.ts';
import { mapMaybe, type MaybePromise } from './maybe-promise.ts';
import type { StoreSource } from './store-source.ts';

/** The newest state of the store, loaded again only after a commit that changed it: every read sees every write before it. */
export interface ReadModel {
  /** As of this turn of the event loop, own writes included. Throws `store_unavailable`. */
  revisions(): MaybePromise<Revisions>;
  snapshot(): MaybePromise<Snapshot>;
  /** The newest window opened for a target on any host, live ones first; null when there never was one. */
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
  let heard: Store | null = null;
  let loading: { revision: string; snapshot: Promise<Snapshot> } | null = null;
  let ended: { revision: string; windows: Map<string, WindowView | null> } | null = null;

  const read = (): MaybePromise<Revisions> => {
    try {
      const from = store();
      if (heard !== from) {
        heard = from;
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
  // Requests that are looked at in one turn of the event loop had all arrived before it began: what others had
  // committed by then, the first question shows. What this process commits meanwhile, the store tells.
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

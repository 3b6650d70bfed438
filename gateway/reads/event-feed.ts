import type { EventRecord } from '../../contracts/event.ts';
import type { FollowedChanges } from '../../store/core/changes.ts';
import type { StoreSource } from './store-source.ts';

/** How soon a commit of another process is noticed: the longest delay for a reader, in addition to the read itself. */
const pollMs = 40;
const pageSize = 500;

/** A reader of the log. */
interface Listener {
  /** Takes past events. Resolves once it can take more. @returns whether it wants more */
  replay(events: EventRecord[]): Promise<boolean>;
  /** Takes new events. */
  send(events: EventRecord[]): void;
}

/** The event log as it grows. */
export interface EventFeed {
  /**
   * Delivers all events after `since` in order: past events as fast as the listener takes them, then each new event as it
   * happens. Throws `store_unavailable` if the first page cannot be read.
   * @returns a function that ends the delivery
   */
  follow(since: number, listener: Listener): Promise<() => void>;
  readonly listeners: number;
}

/** One read serves all listeners; without listeners nothing is read. */
export function createEventFeed(store: StoreSource): EventFeed {
  const listeners = new Map<Listener, { after: number }>();
  let newest = 0;
  let following: FollowedChanges | null = null;

  const deliver = (events: EventRecord[]): void => {
    const last = events.at(-1);
    if (last === undefined) return;
    newest = Math.max(newest, last.seq);
    for (const [listener, place] of listeners) {
      const fresh = events.filter(({ seq }) => seq > place.after);
      if (fresh.length === 0) continue;
      place.after = last.seq;
      listener.send(fresh);
    }
  };
  const deliverNew = async (): Promise<void> => {
    for (let full = listeners.size > 0; full;) {
      const events = await store().events.after(newest, pageSize);
      deliver(events);
      full = events.length === pageSize;
    }
  };
  return {
    async follow(since, listener) {
      const place = { after: since };
      for (let behind = true; behind;) {
        const events = await store().events.after(place.after, pageSize);
        place.after = events.at(-1)?.seq ?? place.after;
        if (!(await listener.replay(events))) return () => undefined;
        behind = events.length === pageSize || place.after < newest;
      }
      // no await between the last page and this line, or an event would be missed
      listeners.set(listener, place);
      newest = listeners.size === 1 ? place.after : newest;
      following ??= store().changes.follow(deliverNew, pollMs);
      following.lookNow();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        following?.end();
        following = null;
      };
    },
    get listeners() {
      return listeners.size;
    },
  };
}

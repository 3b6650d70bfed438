import type { EventRecord } from '../../contracts/event.ts';
import type { Following } from '../../store/core/changes.ts';
import type { StoreSource } from './store-source.ts';

/** How soon a commit of another process is noticed: what a reader waits at most, beside the read itself. */
const lookMs = 40;
const pageSize = 500;

/** Who follows the log. */
interface Listener {
  /** Takes what happened before. @returns once it can take more, whether it wants more */
  replay(events: EventRecord[]): Promise<boolean>;
  /** Takes what happens. */
  send(events: EventRecord[]): void;
}

/** The event log as it grows. */
export interface EventFeed {
  /**
   * Hands over all events after `since` in order, first those that happened already, as fast as they are taken, then
   * each new one as it happens.
   * Throws `store_unavailable` where the first page cannot be read.
   * @returns ends the handing over
   */
  follow(since: number, listener: Listener): Promise<() => void>;
  readonly listeners: number;
}

/** One read serves all who follow, and there is none while nobody does. */
export function createEventFeed(store: StoreSource): EventFeed {
  const listeners = new Map<Listener, { after: number }>();
  let newest = 0;
  let following: Following | null = null;

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
  const look = async (): Promise<void> => {
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
      // nothing may happen between the last page and this line, or it would be missed
      listeners.set(listener, place);
      newest = listeners.size === 1 ? place.after : newest;
      following ??= store().changes.follow(look, lookMs);
      following.look();
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRecord } from '../../contracts/event.ts';
import type { ReadModel } from './read-model.ts';
import type { StoreSource } from './store-source.ts';

/** How often the store is asked whether anything happened: what a reader waits at most, beside the read itself. */
const pollMs = 40;
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

/** One poll serves all who follow, and there is none while nobody does. */
export function createEventFeed(store: StoreSource, model: ReadModel): EventFeed {
  const listeners = new Map<Listener, { after: number }>();
  let newest = 0;
  let polling: AbortController | null = null;

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
  const poll = async (signal: AbortSignal): Promise<void> => {
    let seen = '';
    while (!signal.aborted) {
      try {
        const revision = await model.revision();
        if (revision !== seen) {
          for (let full = true; full;) {
            const events = await store().events.after(newest, pageSize);
            deliver(events);
            full = events.length === pageSize;
          }
          seen = revision;
        }
      } catch {
        seen = ''; // the store is away; what happened meanwhile is read on its return
      }
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
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
      if (polling === null) {
        polling = new AbortController();
        void poll(polling.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        polling?.abort();
        polling = null;
      };
    },
    get listeners() {
      return listeners.size;
    },
  };
}

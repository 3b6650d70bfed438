import type { GatewayContext } from '../../context.ts';
import { updatedResources } from './updated-resources.ts';

/** A resource is said to have changed once in this time, in ms, and again at its end if it changed meanwhile. */
const quietMs = 1000;

/** Follows the event log while somebody listens, and calls `publish` with the addresses of what changed. */
export function createResourceUpdates(
  { feed, store }: Pick<GatewayContext, 'feed' | 'store'>,
  publish: (uri: string) => void,
): {
  /** Throws `store_unavailable`. @returns a function that ends it */
  follow(): Promise<() => void>;
} {
  /** Addresses that were published within `quietMs`, and whether they changed again since. */
  const quiet = new Map<string, { changed: boolean; timer: NodeJS.Timeout }>();
  let following: Promise<() => void> | null = null;
  let listeners = 0;

  const say = (uri: string): void => {
    publish(uri);
    const timer = setTimeout(() => {
      const again = quiet.get(uri)?.changed === true;
      quiet.delete(uri);
      if (again) say(uri);
    }, quietMs).unref();
    quiet.set(uri, { changed: false, timer });
  };
  const changed = (uri: string): void => {
    const known = quiet.get(uri);
    if (known === undefined) say(uri);
    else known.changed = true;
  };
  const start = async (): Promise<() => void> =>
    feed.follow(await store().events.newest(), {
      replay: async () => true,
      send: (events) => events.flatMap(updatedResources).forEach(changed),
    });
  const leave = (): void => {
    listeners -= 1;
    if (listeners > 0) return;
    void following?.then((end) => end()).catch(() => undefined);
    following = null;
    for (const { timer } of quiet.values()) clearTimeout(timer);
    quiet.clear();
  };
  return {
    async follow() {
      listeners += 1;
      try {
        await (following ??= start());
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

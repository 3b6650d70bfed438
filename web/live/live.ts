import type { EventRecord } from '../../contracts/event.ts';
import { createCell, useCell } from '../base/cell.ts';
import { serverNow } from './clock.ts';
import { canContinue, follows, type Hello, type Place } from './continuity.ts';
import { lead, type Leadership } from './leader.ts';
import { keepStream } from './stream.ts';

/** The page's connection to the event log. Instants in server epoch ms. */
export interface Connection {
  /** `cut`: no stream, for less than the patience of a person. `stale`: for longer; what is shown may be old. */
  state: 'connecting' | 'live' | 'cut' | 'stale';
  /** Nothing was missed since then; null if unknown. */
  since: number | null;
  /** When the page last knew the truth. */
  lastKnown: number | null;
}

/** A shorter cut is not worth a person's attention. */
const patienceMs = 3000;

/** What the tab with the stream sends to the others. */
type Update =
  | { kind: 'events'; events: EventRecord[] }
  | { kind: 'hello'; hello: Hello }
  | { kind: 'up' | 'down' | 'alive' | 'who' };

export const connection = createCell<Connection>({
  state: 'connecting',
  since: null,
  lastKnown: null,
});
export const useConnection = (): Connection => useCell(connection);
/** Whether what the page shows is the present. */
export const useFresh = (): boolean => {
  const { state } = useConnection();
  return state === 'live' || state === 'cut';
};
/** The version of the gateway, once it is known, and whether it differs from the first one. */
export const serverVersion = createCell<{ version: string | null; changed: boolean }>({
  version: null,
  changed: false,
});

type OnEvents = (events: readonly EventRecord[]) => void;

/**
 * Follows the event log through the one stream of this browser until it is stopped.
 * @param onEvents gets each event once, in order
 * @param onLost is called when events were missed: only a new snapshot helps
 */
export function followLog(onEvents: OnEvents, onLost: () => void): () => void {
  let place: Place = null;
  let late: ReturnType<typeof setTimeout> | undefined;
  const channel = new BroadcastChannel('vx11-live');
  const send = (update: Update): void => channel.postMessage(update);

  const up = (): void => {
    clearTimeout(late);
    late = undefined;
    const { since } = connection.get();
    connection.set({ state: 'live', since: since ?? serverNow(), lastKnown: null });
  };
  const down = (): void => {
    if (late !== undefined) return;
    const { since, state, lastKnown } = connection.get();
    const known = lastKnown ?? serverNow();
    if (state === 'live') connection.set({ state: 'cut', since, lastKnown: known });
    late = setTimeout(() => {
      connection.set({ ...connection.get(), state: 'stale', lastKnown: known });
    }, patienceMs);
  };
  const lost = (): void => {
    connection.set({ ...connection.get(), since: serverNow() });
    onLost();
  };
  const take = (events: readonly EventRecord[]): void => {
    const fresh: EventRecord[] = [];
    let broken = false;
    for (const event of events) {
      const how = follows(place, event);
      if (how === 'seen') continue;
      broken ||= how === 'broken';
      place = event;
      fresh.push(event);
    }
    if (broken) lost();
    if (fresh.length > 0) onEvents(fresh);
  };
  const greet = (hello: Hello): void => {
    if (!canContinue(place, hello)) {
      place = null;
      lost();
    } else if (place === null) onLost();
    place ??= { seq: hello.newest, hash: hello.head_hash };
    const { version } = serverVersion.get();
    const changed = version !== null && version !== hello.version;
    if (version === null || changed) {
      serverVersion.set({ version: version ?? hello.version, changed });
    }
    up();
  };

  const leading = lead('vx11-stream', (signal) => {
    let aliveAt = 0;
    return keepStream(
      {
        after: () => place?.seq ?? null,
        onHello(hello) {
          // the place of a lost log names no event of this one: the next connection begins at the present
          greet(hello);
          send({ kind: 'hello', hello });
        },
        onEvent(event) {
          take([event]);
          send({ kind: 'events', events: [event] });
        },
        onBytes() {
          const now = performance.now();
          if (now - aliveAt < 1000) return;
          aliveAt = now;
          send({ kind: connection.get().state === 'live' ? 'up' : 'alive' });
        },
        onDown() {
          down();
          send({ kind: 'down' });
        },
      },
      signal,
    );
  });
  channel.addEventListener('message', ({ data }: MessageEvent<Update>) => follow(data, leading));
  function follow(update: Update, { leads, heardLeader }: Leadership): void {
    if (update.kind === 'who') {
      if (leads() && connection.get().state === 'live') send({ kind: 'up' });
      return;
    }
    heardLeader();
    if (leads()) return;
    if (update.kind === 'events') take(update.events);
    else if (update.kind === 'hello') greet(update.hello);
    else if (update.kind === 'up') up();
    else if (update.kind === 'down') down();
  }
  send({ kind: 'who' });
  connection.set({ state: 'connecting', since: null, lastKnown: null });
  down();

  return () => {
    clearTimeout(late);
    leading.stop();
    channel.close();
  };
}

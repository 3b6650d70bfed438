import type { EventRecord } from '../../contracts/event.ts';
import { numberArgument } from '../argument.ts';
import { readEvents } from '../../client/event-stream.ts';
import type { AddCommand, Session } from '../session.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { plainText } from '../../platform/clean-text.ts';
import { showTime } from '../time.ts';

interface EventsOptions {
  follow?: true;
  since?: number;
  window?: string;
}

/** Without --follow, reading ends after this long without another event. */
const quietMs = 500;
/** How many of the newest events are shown without --since. */
const tail = 50;
const reconnectMs = 1_000;

export const addEvents: AddCommand = (program, session) => {
  program
    .command('events')
    .description('show events from the append-only log; with --follow, as they happen')
    .option('--follow', 'show new events until Ctrl-C')
    .option('--since <number>', 'all events after this event number', numberArgument(0, 1e15))
    .option('--window <id>', 'only events of this window')
    .action((options: EventsOptions) =>
      options.follow ? follow(session(), options) : past(session(), options),
    );
};

async function past(session: Session, options: EventsOptions): Promise<void> {
  const quiet = new AbortController();
  const found: EventRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => quiet.abort(), found.length === 0 ? 2 * quietMs : quietMs);
  };
  const signal = AbortSignal.any([quiet.signal, session.signal]);
  try {
    wait();
    for await (const event of readEvents(
      session.gateway,
      query({ since: 0, ...options }),
      signal,
    )) {
      found.push(event);
      wait();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  const shown = options.since === undefined ? found.slice(-tail) : found;
  for (const event of shown) print(session, event);
  if (shown.length < found.length)
    session.terminal.err(`Only the newest ${tail} events are shown. For all of them: --since 0`);
}

/** Reconnects after each loss of the connection and continues after the last event that it received. */
async function follow(session: Session, options: EventsOptions): Promise<void> {
  let since = options.since;
  const { signal } = session;
  for (let connected = false; !signal.aborted;) {
    try {
      for await (const event of readEvents(
        session.gateway,
        query({ ...options, ...(since !== undefined && { since }) }),
        signal,
      )) {
        connected = true;
        since = event.seq;
        print(session, event);
      }
      connected = true;
    } catch (error) {
      if (signal.aborted) return;
      if (!connected) throw error;
    }
    await pause(reconnectMs, signal);
  }
}

const query = ({ window, since }: EventsOptions) => ({
  ...(window !== undefined && { windowId: window }),
  ...(since !== undefined && { since }),
});

function print({ terminal }: Session, event: EventRecord): void {
  terminal.out(terminal.json ? JSON.stringify(event) : eventText(event));
}

/** Formats an event as one line. */
function eventText(event: EventRecord): string {
  const about = [event.service, event.window_id].filter(Boolean).join(' ');
  const more = Object.keys(event.payload).length > 0 ? JSON.stringify(event.payload) : '';
  const seq = String(event.seq).padStart(6);
  return plainText(
    `${seq}  ${showTime(event.at)}  ${event.type.padEnd(17)}  ${about}  by ${event.actor}  ${more}`,
  ).trimEnd();
}

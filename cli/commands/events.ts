import type { EventRecord } from '../../contracts/event.ts';
import { numberArgument } from '../argument.ts';
import { readEvents } from '../../client/event-stream.ts';
import type { AddCommand, Session } from '../session.ts';
import { plainText } from '../../platform/plain-text.ts';
import { showTime } from '../time.ts';

interface EventsOptions {
  follow?: true;
  since?: number;
  window?: string;
}

/** Without --follow: this long without another event is the end of what has happened. */
const quietMs = 500;
/** How many of the newest are shown where nobody says since when. */
const tail = 50;
const reconnectMs = 1_000;

export const addEvents: AddCommand = (program, session) => {
  program
    .command('events')
    .description('what happened, from the append-only log; with --follow, as it happens')
    .option('--follow', 'go on with what happens from now, until Ctrl-C')
    .option('--since <number>', 'all after the event of this number', numberArgument(0, 1e15))
    .option('--window <id>', 'only of this window')
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
  for (const event of shown) say(session, event);
  if (shown.length < found.length) session.terminal.err(`The newest ${tail}; all: --since 0`);
}

/** Comes back after each loss of the connection, from the event it saw last. */
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
        say(session, event);
      }
      connected = true;
    } catch (error) {
      if (signal.aborted) return;
      if (!connected) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }
}

const query = ({ window, since }: EventsOptions) => ({
  ...(window !== undefined && { windowId: window }),
  ...(since !== undefined && { since }),
});

function say({ terminal }: Session, event: EventRecord): void {
  terminal.out(terminal.json ? JSON.stringify(event) : eventText(event));
}

/** An event in one line. */
function eventText(event: EventRecord): string {
  const about = [event.service, event.window_id].filter(Boolean).join(' ');
  const more = Object.keys(event.payload).length > 0 ? JSON.stringify(event.payload) : '';
  const seq = String(event.seq).padStart(6);
  return plainText(
    `${seq}  ${showTime(event.at)}  ${event.type.padEnd(17)}  ${about}  by ${event.actor}  ${more}`,
  ).trimEnd();
}
